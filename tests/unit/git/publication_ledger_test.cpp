#include "git/publication_ledger.hpp"

#include <algorithm>
#include <thread>

#include <csignal>
#include <unistd.h>

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
  /// What the remote runs when something is pushed; "$@" are its arguments.
  void receive_pack(const std::string& script) const {
    const auto program = scratch.around() / "receive-pack";
    REQUIRE(write_file(program, "#!/bin/sh\n" + script, 0700));
    scratch.git({"config", "remote.origin.receivepack", program.string()});
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
    world.receive_pack("echo 'ERROR: Permission to team/app.git denied to deploy key' >&2\nexit 1\n");
    CHECK(claimed(*world.ledger()) == Claimed::refused);
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

TEST_CASE("a remote that takes no push just now is an error, and nobody takes it for a refusal") {
  World world;
  const std::string count = (world.scratch.around() / "count").string();
  const auto restarts = [&](int failures) {
    world.receive_pack("echo x >>" + count + "\n[ $(wc -l <" + count + ") -gt " + std::to_string(failures) +
                       " ] || { echo 'fatal: the server is restarting' >&2; exit 1; }\nexec git receive-pack \"$@\"\n");
  };
  SECTION("once: it is tried again") {
    restarts(1);
    CHECK(claimed(*world.ledger()) == Claimed::ours);
  }
  SECTION("again and again") {
    restarts(100);
    const auto claim = world.ledger()->claim("origin", k_image);
    REQUIRE_FALSE(claim);
    CHECK(claim.error().kind == ErrorKind::could_not_run);
    CHECK(claim.error().message.rfind("the remote origin could not be written to: ", 0) == 0);
  }
}

TEST_CASE("who comes back after somebody else was there and has ended writes nothing on top of it") {
  World world;
  const auto slow = world.ledger();
  CHECK(claimed(*slow) == Claimed::ours);
  world.forge_claim(now() - std::chrono::hours(1));
  auto newer = world.record("newer");
  world.forge(ledger_message({{}, "theirs", newer}, k_image));
  CHECK_FALSE(*slow->record("origin", world.record(), Then::end));
  CHECK(world.commits() == 3);

  // The same, but ours got there before: only its answer was lost.
  CHECK(claimed(*slow) == Claimed::ours);
  CHECK(*slow->record("origin", world.record(), Then::keep));
  world.forge_claim(now() - std::chrono::hours(1));
  CHECK(*slow->record("origin", world.record(), Then::end));
  CHECK(world.commits() == 6);
}

TEST_CASE("a record is written again where something else was shown under one of its tags since") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  const auto first = world.record();
  auto rolled = world.record("another");
  rolled.commit = world.scratch.commit("second");
  rolled.tags = {"staging", rolled.commit.hex()};
  for (const auto& record : {first, rolled, first}) {
    CHECK(*ledger->record("origin", record, Then::keep));
  }
  CHECK(world.commits() == 4);
  auto fewer = first;
  fewer.tags = {"staging"};
  CHECK(*ledger->record("origin", fewer, Then::keep));
  CHECK(world.commits() == 4);
}

TEST_CASE("whose record it is, and whether it tells the webhook, can be read") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  auto record = world.record();
  CHECK(*ledger->record("origin", record, Then::keep));
  record.telling = true;
  CHECK(*ledger->record("origin", record, Then::keep));
  CHECK(*ledger->record("origin", record, Then::keep));
  record.telling = false;
  CHECK(*ledger->record("origin", record, Then::end));
  CHECK(world.commits() == 4); // two records and the end of the claim
  const auto own = ledger->claim("origin", k_image)->records;
  REQUIRE(own.size() == 2);
  CHECK(own[0].telling);
  CHECK_FALSE(own[1].telling);
  CHECK(own[0].is_own);
  CHECK(own[1].is_own);
  CHECK(world.ledger()->records("origin", 1)->front().is_own);
  REQUIRE(ledger->let_go("origin", k_image));

  const auto other = world.ledger(world.clone("other"), "Eve");
  const auto theirs = other->claim("origin", k_image)->records;
  REQUIRE(theirs.size() == 2);
  CHECK(theirs[0].telling);
  CHECK_FALSE(theirs[0].is_own);
  CHECK_FALSE(other->records("origin", 1)->front().is_own);
  record.telling = true; // ours, too, since nobody else's counts for us
  CHECK(*other->record("origin", record, Then::end));
  CHECK(ledger->records("origin", 10)->size() == 3);
  world.forge("gate: x\n\n{\"schema\":1,\"record\":{\"destination\":\"" + k_image + "\",\"branch\":\"refs/heads/staging\",\"commit\":\"" + record.commit.hex() +
              "\",\"digest\":\"" + record.digest + "\",\"tags\":[\"old\"],\"when\":\"2026-05-04T09:30:00Z\",\"telling\":\"yes\"}}");
  const auto old = ledger->records("origin", 10)->back();
  CHECK(old.tags.front() == "old");
  CHECK_FALSE(old.is_own);
  CHECK_FALSE(old.telling);
}

TEST_CASE("a claim is ended even after an interrupt") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  SECTION("at rest") {
    ::kill(::getpid(), SIGTERM);
    REQUIRE(world.interrupt.raised());
    CHECK_FALSE(ledger->claim("origin", k_image));
    CHECK(ledger->let_go("origin", k_image));
    CHECK(world.commits() == 2);
  }
  SECTION("while another is just being made") {
    REQUIRE(ledger->let_go("origin", k_image));
    world.hook("post-receive", "rm \"$0\"\nkill -TERM " + std::to_string(::getpid()) + "\nsleep 5\n");
    CHECK_FALSE(ledger->claim("origin", k_image));
  }
  const auto text = world.there({"log", "-1", "--format=%s", k_ref});
  CHECK(text == "gate: no longer publishing to " + k_image);
}

TEST_CASE("the end of a claim waits for nobody for long") {
  World world;
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  world.receive_pack("sleep 60\n");
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(ledger->let_go("origin", k_image));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(15));
}

TEST_CASE("a ref that is no ledger is named, with the command that takes it away") {
  World world;
  const auto blob = world.there({"hash-object", "-w", "-t", "blob", "/dev/null"});
  world.there({"update-ref", k_ref, blob});
  for (int i = 0; i < 2; ++i) {
    const auto claim = world.ledger()->claim("origin", k_image);
    REQUIRE_FALSE(claim);
    CHECK(claim.error().kind == ErrorKind::could_not_run);
    CHECK(claim.error().message == k_ref + " on the remote origin is no ledger: it is a blob");
    CHECK(claim.error().remedy == "git push origin --delete " + k_ref);
  }
  CHECK_FALSE(world.ledger()->records("origin", 1));
  world.there({"update-ref", "-d", k_ref});
  world.there({"update-ref", "refs/gate/published/zz", blob});
  CHECK(world.ledger()->records("origin", 1)->empty());
  CHECK(claimed(*world.ledger()) == Claimed::ours);
}

TEST_CASE("who knows the ledger writes on top of it without a look at it, unless somebody else has written since") {
  World world;
  const auto looks = world.scratch.around() / "looks";
  const auto program = world.scratch.around() / "upload-pack";
  REQUIRE(write_file(program, "#!/bin/sh\necho x >>" + looks.string() + "\nexec git upload-pack \"$@\"\n", 0700));
  {
    const auto ledger = world.ledger();
    CHECK(claimed(*ledger) == Claimed::ours);
    CHECK(*ledger->record("origin", world.record(), Then::end));
  }
  world.scratch.git({"config", "remote.origin.uploadpack", program.string()});
  const auto ledger = world.ledger();
  const auto claim = ledger->claim("origin", k_image);
  REQUIRE(claim);
  CHECK(claim->claimed == Claimed::ours);
  CHECK(claim->records.size() == 1);
  CHECK(*ledger->record("origin", world.record("another"), Then::keep));
  CHECK(ledger->let_go("origin", k_image));
  CHECK(world.commits() == 5);
  CHECK_FALSE(fs::exists(looks));
  CHECK(world.scratch.try_git({"fsck", "--strict"}, world.remote).end.ok());
  CHECK(world.there({"log", "-1", "--format=%an <%ae> %cn <%ce>", k_ref}) == "Ada <ada@example.org> Ada <ada@example.org>");

  SECTION("a claim of somebody else is seen") {
    world.forge_claim(now() + std::chrono::minutes(10));
    CHECK(claimed(*ledger) == Claimed::others);
    CHECK(fs::exists(looks));
    CHECK(world.commits() == 6);
  }
  SECTION("and it is taken where that one ends it before it is looked at") {
    world.forge_claim(now() + std::chrono::minutes(10));
    CHECK(claimed(*world.ledger()) == Claimed::others);
    world.forge(ledger_message({{}, "theirs", {}}, k_image));
    fs::remove(looks);
    const auto again = world.ledger()->claim("origin", k_image);
    REQUIRE(again);
    CHECK(again->claimed == Claimed::ours);
    CHECK(again->by.rfind("Ada ", 0) == 0);
    CHECK(fs::exists(looks));
    const auto taken = ledger_entry_in(world.there({"log", "-1", "--format=%B", k_ref}));
    REQUIRE(taken.claim);
    CHECK(taken.claim->id != "theirs");
    CHECK(taken.claim->publisher != "elsewhere");
  }
  SECTION("and a ledger that was taken away is begun again") {
    world.there({"update-ref", "-d", k_ref});
    CHECK(claimed(*ledger) == Claimed::ours);
    CHECK(world.commits() == 1);
  }
  SECTION("what the remote refuses is refused") {
    world.hook("pre-receive", "exit 1\n");
    CHECK(claimed(*ledger) == Claimed::refused);
  }
}

TEST_CASE("in a repository that a group shares git makes the commits") {
  World world;
  world.scratch.git({"config", "core.sharedRepository", "group"});
  const auto ledger = world.ledger();
  CHECK(claimed(*ledger) == Claimed::ours);
  CHECK(*ledger->record("origin", world.record(), Then::end));
  const auto tip = world.there({"rev-parse", k_ref});
  const auto folder = world.scratch.path() / ".git/objects" / tip.substr(0, 2);
  CHECK((fs::status(folder).permissions() & fs::perms::group_write) == fs::perms::group_write);
}

TEST_CASE("the next gate fetches only what is new") {
  World world;
  const auto file = world.scratch.path() / ".git/gate/ledger-tips";
  const std::string count = (world.scratch.around() / "fetched").string();
  const auto program = world.scratch.around() / "upload-pack";
  REQUIRE(write_file(program, "#!/bin/sh\nGIT_TRACE_PACKET=" + count + " exec git upload-pack \"$@\"\n", 0700));
  world.scratch.git({"config", "remote.origin.uploadpack", program.string()});
  for (int i = 0; i < 20; ++i) {
    world.forge("noise");
  }
  const auto fetches = [&](const std::string& word) {
    const auto trace = read_file(count, 1U << 24U);
    fs::remove(count);
    const std::string text = trace && *trace ? **trace : "";
    return text.find(word) != std::string::npos;
  };
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(fetches(" want "));
  CHECK(read_file(file)->value() == world.there({"rev-parse", k_ref}) + " " + k_ref + "\n");
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK_FALSE(fetches(" want "));
  const auto tip = world.there({"rev-parse", k_ref});
  world.forge("more");
  CHECK(claimed(*world.ledger()) == Claimed::ours);
  CHECK(fetches(" have " + tip));

  SECTION("and all of it where git has tidied up") {
    world.forge("still more");
    world.scratch.git({"prune", "--expire=now"});
    CHECK(claimed(*world.ledger()) == Claimed::ours);
    CHECK_FALSE(fetches(" have "));
  }
  SECTION("whatever the file says") {
    for (const auto& text : {std::string("rubbish\n\n"), std::string(40, '1') + " " + k_ref + "\n", tip + " refs/heads/x\n" + tip, std::string("\0\n", 2)}) {
      world.forge("still more");
      REQUIRE(write_file(file, text, 0600));
      CHECK(claimed(*world.ledger()) == Claimed::ours);
    }
  }
  CHECK(world.scratch.git({"fsck", "--connectivity-only", "--no-dangling"}).empty());
}
