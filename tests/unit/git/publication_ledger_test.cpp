#include "git/publication_ledger.hpp"

#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "git/publication_record.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

using Claimed = PublicationLedger::Claimed;
using Then = PublicationLedger::Then;

const std::string k_image = "registry.example.com/api";
const std::string k_ref = ledger_ref_of(k_image);

std::chrono::system_clock::time_point now() { return std::chrono::system_clock::now(); }

/// A bare remote, a clone of it, and more clones.
struct World {
  ScratchRepository scratch;
  Interrupt interrupt;
  fs::path remote = scratch.around() / "remote.git";

  explicit World(const std::vector<std::string>& init = {}) : scratch(init) {
    scratch.commit("first", {{"a", "b"}});
    scratch.git({"clone", "--quiet", "--bare", scratch.path().string(), remote.string()});
    scratch.git({"remote", "add", "origin", remote.string()});
    scratch.git({"fetch", "--quiet", "origin"});
  }

  fs::path clone(const std::string& name) const {
    scratch.git({"clone", "--quiet", remote.string(), (scratch.around() / name).string()});
    return scratch.around() / name;
  }
  Environment of(const fs::path& clone, const std::string& who = "Ada") const {
    Environment env = scratch.environment();
    env.insert(env.begin(), {"GIT_DIR=" + (clone / ".git").string(), "GIT_COMMITTER_NAME=" + who});
    return env;
  }
  std::unique_ptr<PublicationLedger> ledger(const fs::path& clone, const std::string& who = "Ada") { return git_publication_ledger(of(clone, who), interrupt, {}); }
  std::unique_ptr<PublicationLedger> ledger() { return ledger(scratch.path()); }

  std::string there(const std::vector<std::string>& args) const { return scratch.git(args, remote); }
  int commits() const { return std::stoi(there({"rev-list", "--count", k_ref})); }
  /// Puts a commit with this message on top, as anybody could.
  void forge(const std::string& message) const {
    const auto tip = scratch.try_git({"rev-parse", "--verify", "--quiet", k_ref}, remote);
    const auto tree = there({"hash-object", "-w", "-t", "tree", "/dev/null"});
    std::vector<std::string> args{"commit-tree", tree, "-m", message};
    if (tip.end.ok()) {
      args.insert(args.end(), {"-p", k_ref});
    }
    there({"update-ref", k_ref, there(args)});
  }
  void forge_claim(std::chrono::system_clock::time_point until) const {
    forge(ledger_message({LedgerClaim{"theirs", "elsewhere", "Eve <eve@example.org>", until}, {}, {}}, k_image));
  }
  void hook(const std::string& name, const std::string& script) const { REQUIRE(write_file(remote / "hooks" / name, "#!/bin/sh\n" + script, 0700)); }
  PublishedRecord record(const std::string& digest_of = "image") const {
    return {k_image, "api", *RefName::branch("staging"), scratch.tip(), scratch.tree_of(), Digest::of(digest_of).str(), {"staging", scratch.tip().hex()}, "", now()};
  }
};

Claimed claimed(PublicationLedger& ledger) {
  const auto claim = ledger.claim("origin", k_image);
  INFO((claim ? std::string() : claim.error().message));
  REQUIRE(claim);
  return claim->claimed;
}

} // namespace

TEST_CASE("whoever claims first has it, and others are told who and until when") {
  World world;
  const auto refs = world.scratch.git({"for-each-ref"});
  const auto ours = world.ledger();
  const auto claim = ours->claim("origin", k_image);
  REQUIRE(claim);
  CHECK(claim->claimed == Claimed::ours);
  CHECK(claim->until > now() + std::chrono::minutes(14));
  CHECK(world.scratch.git({"for-each-ref"}) == refs);
  CHECK(world.scratch.git({"rev-parse", "--is-shallow-repository"}) == "false");
  CHECK(world.there({"log", "-1", "--format=%s|%an|%ce", k_ref}) == "gate: about to publish to " + k_image + "|Ada|ada@example.org");
  CHECK(world.there({"ls-tree", "-r", k_ref}).empty());

  const auto others = world.ledger(world.clone("other"), "Eve");
  const auto theirs = others->claim("origin", k_image);
  REQUIRE(theirs);
  CHECK(theirs->claimed == Claimed::others);
  CHECK(theirs->by == "Ada <ada@example.org>");
  CHECK(theirs->until > now() + std::chrono::minutes(14));
  CHECK(others->claim("origin", "registry.example.com/nginx")->claimed == Claimed::ours);

  CHECK(claimed(*ours) == Claimed::ours);
  CHECK(world.commits() == 1); // it has long to go
  REQUIRE(ours->let_go("origin", k_image));
  REQUIRE(ours->let_go("origin", k_image));
  CHECK(world.commits() == 2);
  CHECK(claimed(*others) == Claimed::ours);
  CHECK(claimed(*ours) == Claimed::others);
}

TEST_CASE("the claim of a gate that was killed is the next one's in the same clone, and nobody else's") {
  World world;
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(world.commits() == 1);
  fs::copy(world.scratch.path(), world.scratch.around() / "copy", fs::copy_options::recursive);
  CHECK(claimed(*world.ledger(world.scratch.around() / "copy")) == Claimed::others);
  CHECK((fs::status(world.scratch.path() / ".git/gate/publisher").permissions() & fs::perms(0777)) == fs::perms(0600));
}

TEST_CASE("a claim that has run out, or that nobody can have meant, counts for nothing") {
  World world;
  world.forge_claim(now() - std::chrono::seconds(30)); // clocks differ
  CHECK(claimed(*world.ledger()) == Claimed::others);
  world.forge_claim(now() - std::chrono::seconds(90));
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  world.forge_claim(now() + std::chrono::hours(24));
  CHECK(claimed(*world.ledger()) == Claimed::ours);
}

TEST_CASE("what can't be read is no claim, and what is under it counts") {
  World world;
  world.forge_claim(now() + std::chrono::minutes(10));
  world.forge("hello");
  world.forge("gate: x\n\n{\"schema\":2,\"end\":{\"id\":\"theirs\"}}");
  world.forge("gate: x\n\n{\"schema\":1,\"claim\":{\"id\":7,\"until\":\"soon\"},\"end\":[],\"record\":null,\"more\":{}}");
  world.forge("gate: x\n\n" + std::string(2000, '['));
  world.forge("gate: x\n\n{\"schema\":1,\"end\":{\"id\":\"theirs\"},\"x\":\"" + std::string(65536, 'x') + "\"}");
  CHECK(claimed(*world.ledger()) == Claimed::others);
  world.forge("gate: x\n\n{\"schema\":1,\"end\":{\"id\":\"theirs\"},\"more\":1}");
  CHECK(claimed(*world.ledger()) == Claimed::ours);
}

TEST_CASE("a record is written once, and everybody can read it") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  const auto record = world.record();
  CHECK(*ledger->record("origin", record, Then::keep));
  CHECK(*ledger->record("origin", record, Then::keep));
  CHECK(world.commits() == 2);
  const auto other = world.ledger(world.clone("other"), "Eve");
  CHECK(claimed(*other) == Claimed::others);
  CHECK(*ledger->record("origin", record, Then::end));
  CHECK(world.commits() == 3);

  const auto claim = other->claim("origin", k_image);
  REQUIRE(claim);
  CHECK(claim->claimed == Claimed::ours);
  REQUIRE(claim->records.size() == 1);
  auto next = world.record("another");
  next.when += std::chrono::seconds(5);
  CHECK(*other->record("origin", next, Then::end));
  CHECK(world.commits() == 5);

  const auto records = ledger->records("origin", 10);
  REQUIRE(records);
  REQUIRE(records->size() == 2);
  const auto& read = records->back();
  CHECK(records->front().by == "Eve <ada@example.org>");
  CHECK(read.destination == k_image);
  CHECK(read.rule == "api");
  CHECK(read.branch.full() == "refs/heads/staging");
  CHECK(read.commit == record.commit);
  CHECK(read.tree == record.tree);
  CHECK(read.digest == record.digest);
  CHECK(read.tags == record.tags);
  CHECK(read.by == "Ada <ada@example.org>");
  CHECK(ledger->records("origin", 1)->size() == 1);
}

TEST_CASE("who has lost the claim is told, and writes nothing") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  world.forge_claim(now() + std::chrono::minutes(10));
  const auto recorded = ledger->record("origin", world.record(), Then::end);
  REQUIRE(recorded);
  CHECK_FALSE(*recorded);
  REQUIRE(ledger->let_go("origin", k_image));
  CHECK(world.commits() == 2);
}

TEST_CASE("records of all destinations are told, and only at their own place") {
  World world;
  const auto ledger = world.ledger();
  CHECK(ledger->records("origin", 10)->empty());
  auto nginx = world.record();
  nginx.destination = "registry.example.com/nginx";
  CHECK(*ledger->record("origin", nginx, Then::end));
  world.forge(ledger_message({{}, {}, nginx}, k_image));
  const auto records = ledger->records("origin", 10);
  REQUIRE(records);
  REQUIRE(records->size() == 1);
  CHECK(ledger->claim("origin", k_image)->records.empty());
}

TEST_CASE("a remote that does not take such a ref says so itself") {
  World world;
  SECTION("by a hook") {
    world.hook("pre-receive", "echo 'refs/gate is not for you' >&2\nexit 1\n");
    const auto claim = world.ledger()->claim("origin", k_image);
    REQUIRE(claim);
    CHECK(claim->claimed == Claimed::refused);
    CHECK(claim->reason == "pre-receive hook declined: refs/gate is not for you");
    const auto recorded = world.ledger()->record("origin", world.record(), Then::end);
    REQUIRE_FALSE(recorded);
    CHECK(recorded.error().message.find("pre-receive hook declined") != std::string::npos);
    CHECK(recorded.error().remedy.find("refs/gate/published/*") != std::string::npos);
  }
  SECTION("by its settings") {
    world.there({"config", "receive.hideRefs", "refs/gate"});
    CHECK(world.ledger()->claim("origin", k_image)->reason == "deny updating a hidden ref");
  }
  SECTION("by a login that may only read") {
    world.scratch.git({"config", "remote.origin.pushurl", "/nowhere/remote.git"});
    const auto claim = world.ledger()->claim("origin", k_image);
    REQUIRE(claim);
    CHECK(claim->claimed == Claimed::refused);
    CHECK(claim->reason.find("/nowhere/remote.git") != std::string::npos);
  }
  SECTION("by a lock that somebody left behind") {
    fs::create_directories((world.remote / k_ref).parent_path());
    REQUIRE(write_file(world.remote / (k_ref + ".lock"), "", 0600));
    CHECK(claimed(*world.ledger()) == Claimed::refused);
  }
}

TEST_CASE("a remote that can't be asked is an error") {
  World world;
  fs::remove_all(world.remote);
  const auto claim = world.ledger()->claim("origin", k_image);
  REQUIRE_FALSE(claim);
  CHECK(claim.error().kind == ErrorKind::could_not_run);
  CHECK(claim.error().message.rfind("the remote origin could not be asked: ", 0) == 0);
  CHECK_FALSE(world.ledger()->records("origin", 1));
}

TEST_CASE("a push whose answer was lost is found again") {
  World world;
  // It is in, and the client hears nothing of it.
  world.hook("post-receive", "kill -9 $PPID\n");
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(world.commits() == 1);
}

TEST_CASE("of many that claim at once one gets it") {
  World world;
  constexpr int k_many = 6;
  std::vector<std::unique_ptr<PublicationLedger>> ledgers;
  for (int i = 0; i < k_many; ++i) {
    ledgers.push_back(world.ledger(world.clone("clone" + std::to_string(i)), "P" + std::to_string(i)));
  }
  std::vector<std::optional<Claimed>> results(k_many);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto claim = ledgers[i]->claim("origin", k_image);
      results[i] = claim ? std::optional(claim->claimed) : std::nullopt;
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(std::count(results.begin(), results.end(), std::optional(Claimed::ours)) == 1);
  CHECK(std::count(results.begin(), results.end(), std::optional(Claimed::others)) == k_many - 1);
}

TEST_CASE("the push takes nothing else along, and this repository's hooks have no part in it") {
  World world;
  REQUIRE(write_file(world.scratch.path() / ".git/hooks/pre-push", "#!/bin/sh\nexit 1\n", 0700));
  world.scratch.git({"tag", "-a", "-m", "x", "v1"});
  world.scratch.git({"config", "push.followTags", "true"});
  world.scratch.git({"config", "push.pushOption", "ci.skip"});
  world.scratch.git({"config", "fetch.prune", "true"});
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(world.there({"tag"}).empty());
}

TEST_CASE("git without a name of its own is called gate, and repositories of SHA-256 work") {
  World world({"--object-format=sha256"});
  Environment env;
  for (const auto& variable : world.of(world.scratch.path(), "")) {
    if (variable.rfind("GIT_COMMITTER_", 0) != 0 && variable.rfind("GIT_AUTHOR_", 0) != 0) {
      env.push_back(variable);
    }
  }
  env.insert(env.end(), {"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=user.useConfigOnly", "GIT_CONFIG_VALUE_0=true"});
  env.erase(std::remove_if(env.begin(), env.end(), [](const std::string& variable) { return variable == "GIT_CONFIG_COUNT=3"; }), env.end());
  const auto claim = git_publication_ledger(env, world.interrupt, {})->claim("origin", k_image);
  REQUIRE(claim);
  CHECK(claim->claimed == Claimed::ours);
  CHECK(claim->by.rfind("gate <gate@", 0) == 0);
  CHECK(world.there({"log", "-1", "--format=%an %ae", k_ref}).rfind("gate gate@", 0) == 0);
}

TEST_CASE("a long ledger is read as far as it is needed") {
  World world;
  for (int i = 0; i < 30; ++i) {
    world.forge("noise");
  }
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  world.forge_claim(now() - std::chrono::hours(2)); // somebody else, in between
  CHECK(claimed(*ledger) == Claimed::ours);
  CHECK(world.commits() == 33);
}
