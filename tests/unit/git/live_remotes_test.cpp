#include <catch2/catch.hpp>

#include "git/live_remotes.hpp"
#include "git/repository.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {
const std::string k_oid = "1111111111111111111111111111111111111111";
const std::string k_other = "2222222222222222222222222222222222222222";
const RefName k_staging = *RefName::branch("staging");
} // namespace

TEST_CASE("the tip is that of exactly this branch") {
  const auto tip = tip_in(k_other + "\trefs/heads/x/refs/heads/staging\n" + k_oid + "\trefs/heads/staging\n", k_staging);
  REQUIRE(tip);
  CHECK((*tip)->hex() == k_oid);
  CHECK_FALSE(*tip_in("", k_staging));
  CHECK_FALSE(*tip_in(k_other + "\trefs/heads/staging2\n", k_staging));
  CHECK_FALSE(*tip_in("warning: words\n", k_staging));
}

TEST_CASE("a remote that says something else than an object name is not believed") {
  CHECK_FALSE(tip_in("zzz\trefs/heads/staging\n", k_staging));
  CHECK_FALSE(tip_in("\trefs/heads/staging", k_staging));
}

TEST_CASE("a URL is told without user, password, query and fragment") {
  CHECK(without_secrets("https://user:pass@host.example/a/b.git") == "https://host.example/a/b.git");
  CHECK(without_secrets("https://token@host.example:8443/a") == "https://host.example:8443/a");
  CHECK(without_secrets("https://a@b@host.example/x") == "https://host.example/x");
  CHECK(without_secrets("https://host.example/a?token=x#y") == "https://host.example/a");
  CHECK(without_secrets("https://host.example/a@b") == "https://host.example/a@b");
  CHECK(without_secrets("ssh://git@host.example/a") == "ssh://host.example/a");
}

TEST_CASE("each URL in what git says loses its secrets, and the words stay") {
  CHECK(without_secrets_in("fatal: unable to access 'https://host.example/r.git?token=canary/': Failed to connect") ==
        "fatal: unable to access 'https://host.example/r.git': Failed to connect");
  CHECK(without_secrets_in("Authentication failed for 'https://u:can'ary@host.example/r.git/'") == "Authentication failed for 'https://host.example/r.git/'");
  CHECK(without_secrets_in("from https://a:b@one.example/x to ssh://git@two.example/y#z, then") == "from https://one.example/x to ssh://two.example/y then");
  CHECK(without_secrets_in("<https://h/?k=v> (https://h/?k=v) \"https://h/?k=v\"") == "<https://h/> (https://h/) \"https://h/\"");
  CHECK(without_secrets_in("no URL: a/b") == "no URL: a/b");
  CHECK(without_secrets_in("") == "");
  CHECK(without_secrets_in("://") == "://");
  CHECK(without_secrets_in("https://h/a\nhttps://h/b?c\n") == "https://h/a\nhttps://h/b\n");
}

TEST_CASE("why git failed is told, not the banner before or the advice after it") {
  CHECK(reason_in("Warning: Permanently added 'h' (ED25519) to the list of known hosts.\r\ngit@h: Permission denied (publickey).\r\n"
                  "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n") ==
        "git@h: Permission denied (publickey).");
  CHECK(reason_in("Warning: Permanently added 'h' to the list.\nfatal: Could not read from remote repository.\n\nPlease\n") ==
        "fatal: Could not read from remote repository.");
  CHECK(reason_in("warning: redirecting\nfatal: could not read Username for 'https://h': terminal prompts disabled\n") ==
        "fatal: could not read Username for 'https://h': terminal prompts disabled");
  CHECK(reason_in("one\ntwo\n\n") == "two");
  CHECK(reason_in("") == "");
}

TEST_CASE("git can ask nobody, whatever the environment has") {
  const auto folder = TemporaryFolder::make("/tmp", "gate-remote-");
  REQUIRE(folder);
  const auto git = folder->path() / "git";
  REQUIRE(write_file(git, "#!/bin/sh\n"
                          "echo \"fatal: $GIT_TERMINAL_PROMPT ${GIT_ASKPASS-unset} $SSH_ASKPASS_REQUIRE $GIT_SSH_COMMAND $({ : </dev/tty; } 2>/dev/null && echo tty)\" >&2\n"
                          "exit 128\n",
                     0700));
  const Interrupt interrupt;
  const auto remotes = live_remotes({"PATH=" + folder->path().string() + ":/usr/bin:/bin", "GIT_TERMINAL_PROMPT=1", "GIT_ASKPASS=/bin/cat", "GIT_SSH_COMMAND=mine"}, interrupt, {});
  const auto tip = remotes->tip("https://u:canary@h/r", k_staging);
  REQUIRE_FALSE(tip);
  CHECK(tip.error().message == "the remote https://h/r could not be asked: fatal: 0  never mine");
  CHECK(tip.error().remedy.find("canary") == std::string::npos);
}

TEST_CASE("what is no URL stays as it is") {
  CHECK(without_secrets("git@host.example:a/b.git") == "git@host.example:a/b.git");
  CHECK(without_secrets("/srv/git/a.git") == "/srv/git/a.git");
}

TEST_CASE("a tip that is expected is asked for once") {
  ScratchRepository scratch;
  const auto first = scratch.commit("first");
  const auto remote = scratch.around() / "remote.git";
  scratch.git({"clone", "--quiet", "--bare", scratch.path().string(), remote.string()});
  const auto asked = scratch.around() / "asked";
  const auto program = scratch.around() / "upload-pack";
  REQUIRE(write_file(program, "#!/bin/sh\necho x >>" + asked.string() + "\nexec git upload-pack \"$@\"\n", 0700));
  scratch.git({"remote", "add", "origin", remote.string()});
  scratch.git({"config", "remote.origin.uploadpack", program.string()});
  Environment env = scratch.environment();
  env.insert(env.begin(), "GIT_DIR=" + (scratch.path() / ".git").string());
  const Interrupt interrupt;
  const auto times = [&] {
    const auto text = read_file(asked);
    return text && *text ? (*text)->size() / 2 : 0;
  };
  const auto main = *RefName::branch("main");
  {
    const auto remotes = live_remotes(env, interrupt, {});
    remotes->expect("origin", main);
    CHECK(remotes->tip("origin", main)->value() == first);
    CHECK(times() == 1);
    CHECK(remotes->tip("origin", main)->value() == first); // it may have moved
    CHECK(times() == 2);
    remotes->expect("origin", main);
    CHECK_FALSE(remotes->tip("origin", k_staging)->has_value());
    CHECK(times() == 4);
  }
  // Nobody waits for an answer that nobody wants.
  REQUIRE(write_file(program, "#!/bin/sh\nsleep 60\n", 0700));
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto remotes = live_remotes(env, interrupt, {});
    remotes->expect("origin", main);
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a remote's URL is told without a start of git where the configuration has it") {
  ScratchRepository scratch;
  scratch.commit("first");
  scratch.git({"remote", "add", "origin", "https://user:pass@host.example/app.git"});
  Environment env = scratch.environment();
  env.insert(env.begin(), "GIT_DIR=" + (scratch.path() / ".git").string());
  const auto repository = open_repository(env, scratch.path());
  REQUIRE(repository);
  CHECK(public_url_of("origin", **repository, {}) == "https://host.example/app.git");
  CHECK(public_url_of("https://user@host.example/other.git", **repository, env) == "https://host.example/other.git");
}
