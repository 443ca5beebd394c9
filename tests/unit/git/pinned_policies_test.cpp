#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "base/digest.hpp"
#include "git/pinned_policies.hpp"
#include "os/files.hpp"

using namespace gate;

namespace fs = std::filesystem;

namespace {

Environment environment(const fs::path& home) {
  return {"PATH=" + std::string(std::getenv("PATH")), "HOME=" + home.string(), "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org",
          "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org"};
}

/// A repository with team.toml on main, and a folder to fetch into.
struct TeamRepository {
  TemporaryFolder folder = *TemporaryFolder::make(fs::temp_directory_path(), "gate-pins-");
  fs::path team = folder.path() / "team";
  Environment env = environment(folder.path());

  explicit TeamRepository(const std::string& format = "sha1") {
    git({"init", "-q", "-b", "main", "--object-format=" + format, team.string()});
    commit("schema = 1\n");
  }
  std::string git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "git");
    const auto ran = run_captured({arguments, env, folder.path()});
    REQUIRE(ran);
    INFO(ran->err);
    REQUIRE(ran->end.ok());
    return ran->out.substr(0, ran->out.find('\n'));
  }
  std::string commit(const std::string& text) {
    REQUIRE(write_file(team / "team.toml", text, 0644));
    git({"-C", team.string(), "add", "."});
    git({"-C", team.string(), "commit", "-qm", "policy"});
    return head();
  }
  std::string head() { return git({"-C", team.string(), "rev-parse", "HEAD"}); }
  Extension::Pinned pin(const std::string& text) { return {team.string(), head(), "team.toml", Digest::of(text).hex()}; }
  PolicyFetcher fetcher() { return {folder.path() / "cache" / "fetch", env, nullptr}; }
  PolicyStore store() { return PolicyStore(folder.path() / "cache" / "policies"); }
};

} // namespace

TEST_CASE("a pinned policy is fetched, kept, and read again") {
  for (const std::string format : {"sha1", "sha256"}) {
    CAPTURE(format);
    TeamRepository place(format);
    const auto pin = place.pin("schema = 1\n");
    place.commit("schema = 1\nserial = 2\n"); // the pin stays where it is
    CHECK_FALSE(place.store().read(pin));
    CHECK(place.store().read(pin).error().remedy == "gate policy fetch");
    const auto text = place.fetcher().fetch(pin);
    REQUIRE(text);
    CHECK(*text == "schema = 1\n");
    REQUIRE(place.store().keep(*text));
    CHECK(*place.store().read(pin) == "schema = 1\n");
    CHECK(fs::is_empty(place.folder.path() / "cache" / "fetch"));
  }
}

TEST_CASE("a damaged copy is an error, and never a policy") {
  TeamRepository place;
  const auto pin = place.pin("schema = 1\n");
  REQUIRE(place.store().keep("schema = 1\n"));
  REQUIRE(write_file(place.folder.path() / "cache" / "policies" / pin.sha256, "schema = 1 \n", 0644));
  const auto read = place.store().read(pin);
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find("damaged") != std::string::npos);
  CHECK(read.error().remedy == "gate policy fetch");
}

TEST_CASE("another content than the pinned one is refused") {
  TeamRepository place;
  const auto fetched = place.fetcher().fetch(place.pin("schema = 2\n"));
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().message.find("SHA-256") != std::string::npos);
}

TEST_CASE("a commit, a file and a repository that are not there are named") {
  TeamRepository place;
  auto pin = place.pin("schema = 1\n");
  pin.path = "other.toml";
  CHECK(place.fetcher().fetch(pin).error().message.find("no file other.toml") != std::string::npos);
  pin = place.pin("schema = 1\n");
  pin.rev = std::string(40, 'a');
  CHECK(place.fetcher().fetch(pin).error().message.find("no commit aaaa") != std::string::npos);
  pin.git = (place.folder.path() / "nowhere").string();
  CHECK(place.fetcher().fetch(pin).error().message.find("could not be asked") != std::string::npos);
}

TEST_CASE("a server that gives no commit by its name gives its branches") {
  TeamRepository place;
  const auto pin = place.pin("schema = 1\n");
  place.commit("schema = 1\nserial = 2\n");
  place.git({"-C", place.team.string(), "config", "uploadpack.allowAnySHA1InWant", "false"});
  auto old_protocol = place.env;
  old_protocol.insert(old_protocol.end(), {"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=protocol.version", "GIT_CONFIG_VALUE_0=0"});
  const auto text = PolicyFetcher(place.folder.path() / "cache", old_protocol, nullptr).fetch(pin);
  REQUIRE(text);
  CHECK(*text == "schema = 1\n");
}

TEST_CASE("the newest file is found at HEAD, on a branch, at a tag, at a commit") {
  TeamRepository place;
  const auto first = place.head();
  place.git({"-C", place.team.string(), "tag", "-a", "-m", "one", "v1"});
  place.git({"-C", place.team.string(), "branch", "old"});
  const auto second = place.commit("schema = 1\nserial = 2\n");
  const auto found = [&](const std::optional<std::string>& wanted) {
    const auto file = place.fetcher().find(place.team.string(), wanted, "team.toml");
    return file ? file->rev + " " + file->text : file.error().message;
  };
  CHECK(found(std::nullopt) == second + " schema = 1\nserial = 2\n");
  CHECK(found("main") == second + " schema = 1\nserial = 2\n");
  CHECK(found("old") == first + " schema = 1\n");
  CHECK(found("v1") == first + " schema = 1\n");
  CHECK(found("refs/tags/v1") == first + " schema = 1\n");
  CHECK(found(first) == first + " schema = 1\n");
  CHECK(found("nowhere").find("no branch or tag nowhere") != std::string::npos);
  CHECK(found("a b").find("can't be a branch") != std::string::npos);
}

TEST_CASE("a URL that would run a program runs none, whatever is configured") {
  TeamRepository place;
  const fs::path trace = place.folder.path() / "ran";
  place.git({"config", "--global", "protocol.ext.allow", "always"});
  place.env.emplace_back("GIT_ALLOW_PROTOCOL=ext:file");
  auto pin = place.pin("schema = 1\n");
  pin.git = "ext::touch " + trace.string();
  CHECK_FALSE(place.fetcher().fetch(pin));
  CHECK_FALSE(place.fetcher().find(pin.git, std::nullopt, "team.toml"));
  pin.git = "--upload-pack=touch " + trace.string();
  CHECK_FALSE(place.fetcher().fetch(pin));
  CHECK_FALSE(fs::exists(trace));
  CHECK(place.fetcher().fetch(place.pin("schema = 1\n")));
}

TEST_CASE("the repository that gate runs in has no part in a fetch") {
  TeamRepository place;
  const auto pin = place.pin("schema = 1\n");
  const fs::path other = place.folder.path() / "other";
  place.git({"init", "-q", other.string()});
  place.env.emplace_back("GIT_DIR=" + (other / ".git").string());
  place.env.emplace_back("GIT_INDEX_FILE=/nonexistent");
  CHECK(PolicyFetcher(place.folder.path() / "cache", place.env, nullptr).fetch(pin));
  CHECK_FALSE(fs::exists(other / ".git" / "FETCH_HEAD"));
  CHECK_FALSE(fs::exists(other / ".git" / "refs" / "gate"));
}

TEST_CASE("a file that is too large for a policy is refused") {
  TeamRepository place;
  const std::string large = "schema = 1\n#" + std::string(70000, 'x') + "\n";
  place.commit(large);
  CHECK(place.fetcher().fetch(place.pin(large)).error().message.find("64 KiB") != std::string::npos);
}
