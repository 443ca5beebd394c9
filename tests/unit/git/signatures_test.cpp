// Signatures, made by real ssh-keygen and read by real git.
#include <filesystem>

#include <catch2/catch.hpp>

#include "git/commit_facts.hpp"
#include "os/files.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::oid_in;
using gate::test::ScratchRepository;

namespace {

namespace fs = std::filesystem;
using State = Signature::State;

/// A repository and people who sign.
class Scene {
public:
  ScratchRepository scratch;

  Scene() {
    scratch.git({"config", "gpg.format", "ssh"});
    m_public = {key("ada"), key("bob")};
    scratch.commit("base");
  }

  std::string ada() const { return "ada@example.org namespaces=\"git\" " + m_public.first; }
  std::string bob(const std::string& options = "") const { return "bob@example.org " + options + m_public.second; }

  Oid commit_by(const std::string& who) {
    const std::string tree = scratch.tree_of().hex();
    return oid_in(scratch.git({"-c", "user.signingKey=" + (scratch.around() / who).string(), "commit-tree", "-S", "-p", "HEAD", "-m", "by " + who, tree}));
  }
  Oid tag_by(const std::string& who) {
    const std::string name = "tag-" + who;
    scratch.git({"-c", "user.signingKey=" + (scratch.around() / who).string(), "tag", "--sign", "-m", "by " + who, name});
    return scratch.tip(name);
  }
  // In HOME, which is the scratch folder; its path is short enough for the agent's socket.
  void make_gpg_key() {
    fs::create_directory(home());
    fs::permissions(home(), fs::perms(0700));
    must({"gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "Gus <gus@example.org>", "ed25519", "sign", "never"});
    scratch.git({"config", "gpg.format", "openpgp"});
    scratch.git({"config", "user.signingKey", "gus@example.org"});
  }
  Oid commit_by_gpg() { return oid_in(scratch.git({"commit-tree", "-S", "-p", "HEAD", "-m", "by gpg", scratch.tree_of().hex()})); }
  Oid tag_by_gpg() {
    scratch.git({"tag", "--sign", "-m", "by gpg", "tag-gpg"});
    return scratch.tip("tag-gpg");
  }
  void trust_gpg_key(bool is_trusted) {
    const std::string key = must({"gpg", "--batch", "--list-keys", "--with-colons"});
    const auto at = key.find("\nfpr:");
    const std::string name = key.substr(key.find_first_not_of("fpr:\n", at), 40);
    const fs::path file = scratch.around() / "trust";
    REQUIRE(write_file(file, name + (is_trusted ? ":6:\n" : ":2:\n"), 0600));
    must({"gpg", "--batch", "--quiet", "--import-ownertrust", file.string()});
  }
  void drop_keyring() {
    stop_agent();
    remove_tree(home()); // gpg's agent takes its sockets away at the same time
  }
  ~Scene() {
    if (fs::exists(home())) {
      stop_agent();
    }
  }

  // The same with one letter changed.
  Oid forged(const Oid& oid, const std::string& type) {
    std::string text = scratch.git({"cat-file", type, oid.hex()}) + "\n";
    text.replace(text.find("by "), 3, "By ");
    return oid_in(scratch.git_with_input(text, {"hash-object", "-t", type, "-w", "--stdin"}));
  }

  std::map<Oid, Signature> read(const std::vector<Oid>& objects, const std::vector<std::string>& signers) const {
    const auto opened = open_repository(scratch.environment(), scratch.path());
    REQUIRE(opened);
    const auto found = commits_of_push(**opened, RemoteRefs::tracking)->signatures(objects, signers);
    INFO((found ? std::string() : found.error().message));
    REQUIRE(found);
    return *found;
  }
  State state(const Oid& object, const std::vector<std::string>& signers) const { return read({object}, signers).at(object).state; }

private:
  fs::path home() const { return scratch.around() / ".gnupg"; }
  void stop_agent() const { static_cast<void>(run_captured({{"gpgconf", "--kill", "all"}, scratch.environment(), scratch.path()})); }

  std::string must(const std::vector<std::string>& argv) const {
    const auto ended = run_captured({argv, scratch.environment(), scratch.path()});
    REQUIRE(ended);
    INFO(ended->err);
    REQUIRE(ended->end.ok());
    return ended->out;
  }

  std::string key(const std::string& name) const {
    const fs::path file = scratch.around() / name;
    const auto made = run_captured({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.string()}, scratch.environment(), scratch.path()});
    REQUIRE(made);
    REQUIRE(made->end.ok());
    return read_file(file.string() + ".pub").value().value();
  }

  std::pair<std::string, std::string> m_public;
};

} // namespace

TEST_CASE("a signature by a key that the file knows is good, on commits and on tags") {
  Scene scene;
  const Oid commit = scene.commit_by("ada");
  const Oid tag = scene.tag_by("ada");
  const auto found = scene.read({commit, tag, commit}, {scene.ada()});
  REQUIRE(found.size() == 2);
  for (const Oid& object : {commit, tag}) {
    CHECK(found.at(object).state == State::good);
    CHECK(found.at(object).signer == "ada@example.org");
    CHECK(found.at(object).key.rfind("SHA256:", 0) == 0);
  }
}

TEST_CASE("a signature by anybody else is not") {
  Scene scene;
  const Oid commit = scene.commit_by("bob");
  const Oid tag = scene.tag_by("bob");
  const auto found = scene.read({commit, tag}, {scene.ada()});
  for (const Oid& object : {commit, tag}) {
    CHECK(found.at(object).state == State::untrusted);
    CHECK(found.at(object).signer.empty());
    CHECK(found.at(object).key.rfind("SHA256:", 0) == 0);
  }
  // Without a file nobody is known, whatever the configuration says.
  const fs::path file = scene.scratch.around() / "configured";
  REQUIRE(write_file(file, scene.bob(), 0600));
  scene.scratch.git({"config", "gpg.ssh.allowedSignersFile", file.string()});
  CHECK(scene.state(commit, {}) == State::untrusted);
  CHECK(scene.state(tag, {}) == State::untrusted);
  CHECK(scene.state(commit, {""}) == State::untrusted);
}

TEST_CASE("a key that is listed for something else, or another time, is not trusted") {
  Scene scene;
  const Oid commit = scene.commit_by("bob");
  const Oid tag = scene.tag_by("bob");
  for (const std::string options : {"namespaces=\"file\" ", "valid-before=\"20200101\" ", "valid-after=\"20300101\" "}) {
    CHECK(scene.state(commit, {scene.bob(options)}) == State::untrusted);
    CHECK(scene.state(tag, {scene.bob(options)}) == State::untrusted);
  }
  CHECK(scene.state(commit, {scene.bob("valid-before=\"20300101\" ")}) == State::good);
}

TEST_CASE("a signature that does not fit is bad") {
  Scene scene;
  const Oid commit = scene.forged(scene.commit_by("ada"), "commit");
  const Oid tag = scene.forged(scene.tag_by("ada"), "tag");
  CHECK(scene.state(commit, {scene.ada()}) == State::bad);
  CHECK(scene.state(commit, {}) == State::bad);
  CHECK(scene.state(tag, {scene.ada()}) == State::bad);
}

TEST_CASE("what is not signed has no signature, and needs no git") {
  Scene scene;
  const Oid commit = scene.scratch.tip();
  scene.scratch.git({"tag", "--annotate", "-m", "plain", "plain"});
  const Oid tag = scene.scratch.tip("plain");
  const auto found = scene.read({commit, tag}, {scene.ada()});
  CHECK(found.at(commit).state == State::none);
  CHECK(found.at(tag).state == State::none);
  const auto opened = open_repository({}, scene.scratch.path()); // no PATH, no git
  REQUIRE(opened);
  CHECK(commits_of_push(**opened, RemoteRefs::tracking)->signatures({commit, tag}, {scene.ada()}));
  CHECK_FALSE(commits_of_push(**opened, RemoteRefs::tracking)->signatures({*Oid::parse(std::string(40, 'b'))}, {}));
}

TEST_CASE("every file must know the signer, and the first one names him") {
  Scene scene;
  const Oid ada = scene.commit_by("ada");
  const Oid bob = scene.commit_by("bob");
  const std::string both = scene.ada() + scene.bob();
  std::string renamed = both;
  renamed.replace(renamed.find("ada@example.org"), 15, "countess");
  auto found = scene.read({ada, bob}, {both, scene.ada()});
  CHECK(found.at(ada).state == State::good);
  CHECK(found.at(bob).state == State::untrusted);
  found = scene.read({ada, bob}, {renamed, both});
  CHECK(found.at(ada).signer == "countess");
  CHECK(found.at(bob).state == State::good);
  CHECK(scene.state(ada, {scene.bob(), both}) == State::untrusted);
}

TEST_CASE("replaced commits and configured formats have no say") {
  Scene scene;
  const Oid good = scene.commit_by("ada");
  const Oid other = scene.commit_by("bob");
  scene.scratch.git({"replace", other.hex(), good.hex()});
  scene.scratch.git({"config", "log.showSignature", "true"});
  scene.scratch.git({"config", "color.ui", "always"});
  scene.scratch.git({"config", "log.decorate", "full"});
  scene.scratch.git({"config", "format.pretty", "fuller"});
  const auto found = scene.read({other, good}, {scene.ada()});
  CHECK(found.at(other).state == State::untrusted);
  CHECK(found.at(good).state == State::good);
}

TEST_CASE("a signature that nobody can look at is unchecked") {
  Scene scene;
  std::string text = scene.scratch.git({"cat-file", "commit", "HEAD"}) + "\n";
  text.insert(text.find("\n\n"), "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n bm90aGluZw==\n -----END PGP SIGNATURE-----");
  const Oid commit = oid_in(scene.scratch.git_with_input(text, {"hash-object", "-t", "commit", "-w", "--literally", "--stdin"}));
  scene.scratch.git({"config", "gpg.program", "/nonexistent/gpg"});
  CHECK(scene.state(commit, {scene.ada()}) == State::unchecked);

  const Oid tag = oid_in(scene.scratch.git_with_input("object " + scene.scratch.tip().hex() + "\ntype commit\ntag x\ntagger Ada <ada@example.org> 1700000000 +0000\n\nx\n" +
                                                          "-----BEGIN PGP SIGNATURE-----\n\nbm90aGluZw==\n-----END PGP SIGNATURE-----\n",
                                                      {"hash-object", "-t", "tag", "-w", "--stdin"}));
  CHECK(scene.state(tag, {scene.ada()}) == State::unchecked);

  const Oid by_ada = scene.commit_by("ada");
  const Oid tag_by_ada = scene.tag_by("ada");
  scene.scratch.git({"config", "gpg.ssh.program", "/nonexistent/ssh-keygen"});
  CHECK(scene.state(by_ada, {scene.ada()}) == State::unchecked);
  CHECK(scene.state(tag_by_ada, {scene.ada()}) == State::unchecked);
}

TEST_CASE("what the keyring vouches for is good, and named by its e-mail address") {
  Scene scene;
  if (!find_program("gpg", scene.scratch.environment())) {
    WARN("there is no gpg here: not tested");
    return;
  }
  scene.make_gpg_key();
  const Oid commit = scene.commit_by_gpg();
  const Oid tag = scene.tag_by_gpg();
  auto found = scene.read({commit, tag}, {scene.ada()});
  for (const Oid& object : {commit, tag}) {
    CHECK(found.at(object).state == State::good);
    CHECK(found.at(object).signer == "gus@example.org");
    CHECK(found.at(object).key.size() == 40);
  }
  scene.trust_gpg_key(false);
  CHECK(scene.state(commit, {}) == State::untrusted);
  CHECK(scene.state(tag, {}) == State::untrusted);
  scene.trust_gpg_key(true);
  CHECK(scene.state(tag, {}) == State::good);
  CHECK(scene.state(scene.forged(tag, "tag"), {}) == State::bad);
  CHECK(scene.state(scene.forged(commit, "commit"), {}) == State::bad);
  scene.drop_keyring();
  CHECK(scene.state(commit, {}) == State::unchecked);
  CHECK(scene.state(tag, {}) == State::unchecked);
}

TEST_CASE("signatures in a quarantine are read") {
  Scene scene;
  const fs::path quarantine = scene.scratch.around() / "quarantine";
  fs::create_directories(quarantine);
  const Environment more = {"GIT_OBJECT_DIRECTORY=" + quarantine.string(),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + (scene.scratch.path() / ".git/objects").string()};
  const Oid commit = oid_in(scene.scratch.git({"-c", "user.signingKey=" + (scene.scratch.around() / "ada").string(), "commit-tree", "-S", "-m", "x",
                                               scene.scratch.tree_of().hex()}, {}, more));
  auto environment = scene.scratch.environment();
  environment.insert(environment.begin(), more.begin(), more.end());
  const auto opened = open_repository(environment, scene.scratch.path());
  REQUIRE(opened);
  const auto found = commits_of_push(**opened, RemoteRefs::own)->signatures({commit}, {scene.ada()});
  REQUIRE(found);
  CHECK(found->at(commit).state == State::good);
}
