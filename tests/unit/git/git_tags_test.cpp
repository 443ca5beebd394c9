#include <catch2/catch.hpp>

#include "git/publication_ledger.hpp"
#include "git/remote_git.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

struct World {
  ScratchRepository scratch;
  Interrupt interrupt;
  fs::path remote = scratch.around() / "remote.git";
  Oid first = scratch.commit("first", {{"a", "b"}});
  Oid second = scratch.commit("second");
  std::unique_ptr<GitTags> tags;

  World() {
    scratch.git({"clone", "--quiet", "--bare", scratch.path().string(), remote.string()});
    scratch.git({"remote", "add", "origin", remote.string()});
    Environment env = scratch.environment();
    env.insert(env.begin(), "GIT_DIR=" + (scratch.path() / ".git").string());
    tags = git_tags(env, interrupt, {});
  }
  std::string there(const std::string& revision) const { return scratch.git({"rev-parse", "--verify", revision}, remote); }
};

} // namespace

TEST_CASE("a tag is made here and on the remote, once") {
  World world;
  REQUIRE(write_file(world.scratch.path() / ".git/hooks/pre-push", "#!/bin/sh\nexit 1\n", 0700));
  REQUIRE(world.tags->make("origin", "staging-1", world.first, "published\n\n# sha256:abc"));
  CHECK(world.there("staging-1^{commit}") == world.first.hex());
  CHECK(world.scratch.git({"cat-file", "-t", "staging-1"}) == "tag");
  CHECK(world.scratch.git({"tag", "-l", "--format=%(contents)", "staging-1"}).find("# sha256:abc") != std::string::npos);
  CHECK(world.scratch.git({"tag", "-l", "--format=%(taggeremail)", "staging-1"}) == "<ada@example.org>");
  const auto object = world.there("staging-1");
  REQUIRE(world.tags->make("origin", "staging-1", world.first, "again"));
  CHECK(world.there("staging-1") == object);
}

TEST_CASE("a tag that is there on one side only gets to the other") {
  World world;
  world.scratch.git({"tag", "here", world.first.hex()});
  REQUIRE(world.tags->make("origin", "here", world.first, "x"));
  CHECK(world.there("here") == world.first.hex());
  world.scratch.git({"tag", "-a", "-m", "x", "there", world.first.hex()}, world.remote);
  REQUIRE(world.tags->make("origin", "there", world.first, "x"));
  CHECK(world.scratch.git({"rev-parse", "there"}) == world.there("there"));
}

TEST_CASE("a tag of another commit is never moved") {
  World world;
  world.scratch.git({"tag", "here", world.second.hex()});
  const auto here = world.tags->make("origin", "here", world.first, "x");
  REQUIRE_FALSE(here);
  CHECK(here.error().message == "the tag here is there in this repository already, for " + world.second.brief() + " and not for " + world.first.brief());
  CHECK(here.error().remedy.find("git tag -d here") != std::string::npos);
  world.scratch.git({"tag", "-a", "-m", "x", "there", world.second.hex()}, world.remote);
  const auto there = world.tags->make("origin", "there", world.first, "x");
  REQUIRE_FALSE(there);
  CHECK(there.error().message.find("on origin already, for " + world.second.brief()) != std::string::npos);
  CHECK_FALSE(world.scratch.try_git({"rev-parse", "--verify", "--quiet", "there"}).end.ok());
}

TEST_CASE("what git or the remote does not take is an error, and the next try goes on") {
  World world;
  CHECK(world.tags->make("origin", "a..b", world.first, "x").error().kind == ErrorKind::usage);
  CHECK(world.tags->make("origin", "-d", world.first, "x").error().kind == ErrorKind::usage);
  REQUIRE(write_file(world.remote / "hooks/pre-receive", "#!/bin/sh\necho 'no tags' >&2\nexit 1\n", 0700));
  const auto made = world.tags->make("origin", "v1", world.first, "x");
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "the remote origin does not take the tag v1: pre-receive hook declined: no tags");
  CHECK(made.error().remedy == "when that is mended: git push origin refs/tags/v1");
  fs::remove(world.remote / "hooks/pre-receive");
  REQUIRE(world.tags->make("origin", "v1", world.first, "x"));
  CHECK(world.there("v1^{commit}") == world.first.hex());
  fs::remove_all(world.remote);
  CHECK_FALSE(world.tags->make("origin", "v1", world.first, "x"));
}

TEST_CASE("what a push says of its ref") {
  using Outcome = PushAnswer::Outcome;
  const auto outcome = [](const std::string& line) { return push_answer_in("To x\n" + line + "\nDone\n", "", "refs/gate/x", false).outcome; };
  CHECK(outcome("*\tabc:refs/gate/x\t[new reference]") == Outcome::done);
  CHECK(outcome("=\tabc:refs/gate/x\t[up to date]") == Outcome::done);
  CHECK(outcome(" \tabc:refs/gate/x\t1..2") == Outcome::done);
  CHECK(outcome("!\tabc:refs/gate/x\t[rejected] (stale info)") == Outcome::raced);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote rejected] (cannot lock ref 'refs/gate/x': is at 1 but expected 2)") == Outcome::raced);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote rejected] (failed to update ref)") == Outcome::raced);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote rejected] (hook declined)") == Outcome::refused);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote rejected] (unpacker error)") == Outcome::failed);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote rejected] (Internal Server Error)") == Outcome::failed);
  CHECK(outcome("!\tabc:refs/gate/x\t[remote failure] (remote failed to report status)") == Outcome::failed);
  CHECK(outcome("!\tabc:refs/gate/xy\t[remote rejected] (hook declined)") == Outcome::failed);
  CHECK(push_answer_in("", "", "refs/gate/x", true).outcome == Outcome::done);
  const auto failed = push_answer_in("", "remote: Permission denied\nfatal: unable to access 'https://u:canary@h/r/': 403\n", "refs/gate/x", false);
  CHECK(failed.outcome == Outcome::refused);
  CHECK(failed.reason == "fatal: unable to access 'https://h/r/': 403");
}

TEST_CASE("a login that may not write is told from a remote in trouble") {
  using Outcome = PushAnswer::Outcome;
  const auto outcome = [](const std::string& err) { return push_answer_in("", err + "\n", "refs/gate/x", false).outcome; };
  for (const char* const err :
       {"fatal: unable to access 'https://h/r/': The requested URL returned error: 403", "ERROR: Permission to a/b.git denied to deploy key.",
        "ERROR: The key you are authenticating with has been marked as read only.", "remote: GitLab: You are not allowed to push code to this project.",
        "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.", "fatal: Authentication failed for 'https://h/r/'",
        "fatal: could not read Username for 'https://h': terminal prompts disabled", "remote: You can't push: access is read-only",
        "FATAL: W any r ada DENIED by fallthru", "fatal: remote error: service not enabled: /r"}) {
    INFO(err);
    CHECK(outcome(err) == Outcome::refused);
  }
  for (const char* const err :
       {"error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503", "fatal: the remote end hung up unexpectedly",
        "fatal: unable to access 'https://h/denied-403/read-only/': Failed to connect to h port 443", "ssh: connect to host h port 22: Connection refused",
        "send-pack: unexpected disconnect while reading sideband packet", ""}) {
    INFO(err);
    CHECK(outcome(err) == Outcome::failed);
  }
}
