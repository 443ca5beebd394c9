#include <algorithm>
#include <set>
#include <thread>

#include <csignal>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "git/note_lines.hpp"
#include "git/verdict_notes.hpp"
#include "os/interrupt.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using namespace gate::test;

namespace {

using Noted = VerdictExchange::Noted;
using Sent = VerdictExchange::Sent;
using Lines = std::vector<std::string>;

const std::string k_ada = "0123456789abcdef";
const std::string k_eve = "fedcba9876543210";

Oid some_tree(std::size_t number) {
  auto hex = Digest::of("tree " + std::to_string(number)).str();
  return *Oid::parse(hex.substr(hex.size() - 40));
}

/// A clone, and what gate has open of it.
struct Machine {
  std::unique_ptr<OpenRepository> repository;
  std::unique_ptr<VerdictExchange> exchange;
  std::unique_ptr<VerdictNotes> notes;

  Lines read(const Oid& tree, const std::string& id = k_ada) const { return notes->envelopes(tree, {id}); }
  Sent sent(const std::vector<Noted>& what, const std::string& id = k_ada, const std::string& remote = "origin") const {
    auto answer = exchange->send(remote, id, what);
    INFO((answer ? std::string() : answer.error().message));
    REQUIRE(answer);
    return *std::move(answer);
  }
};

/// A bare remote and clones of it.
struct ExchangeWorld {
  ScratchRepository scratch;
  Interrupt interrupt;
  fs::path remote = scratch.around() / "remote.git";

  ExchangeWorld() {
    scratch.commit("first", {{"a", "b"}});
    scratch.git({"clone", "--quiet", "--bare", scratch.path().string(), remote.string()});
    scratch.git({"remote", "add", "origin", remote.string()});
    scratch.git({"fetch", "--quiet", "origin"});
  }

  fs::path clone(const std::string& name, const std::vector<std::string>& how = {}) const {
    std::vector<std::string> words{"clone", "--quiet"};
    words.insert(words.end(), how.begin(), how.end());
    words.insert(words.end(), {"file://" + remote.string(), (scratch.around() / name).string()});
    scratch.git(words);
    return scratch.around() / name;
  }
  Machine machine(const fs::path& clone) {
    Environment env = scratch.environment();
    env.insert(env.begin(), "GIT_DIR=" + (clone / ".git").string());
    auto opened = open_repository(env, clone);
    REQUIRE(opened);
    Machine machine;
    machine.repository = *std::move(opened);
    machine.exchange = verdict_exchange(*machine.repository, env, interrupt, {});
    machine.notes = verdict_notes_of(*machine.repository);
    return machine;
  }
  Machine machine() { return machine(scratch.path()); }

  std::string there(const std::vector<std::string>& args) const { return scratch.git(args, remote); }
  Lines lines_there(const Oid& tree, const std::string& id = k_ada) {
    auto opened = open_repository(scratch.environment(), remote);
    REQUIRE(opened);
    return verdict_notes_of(**opened)->envelopes(tree, {id});
  }
  int commits(const std::string& id = k_ada) const { return std::stoi(there({"rev-list", "--count", verdict_ref_of(id)})); }
  void note_there(const Oid& tree, const std::string& text, const std::string& id = k_ada) const {
    // git annotates what it has only.
    there({"notes", "--ref=gate/" + id, "append", "-m", text, tree.hex()});
  }
  void hook(const std::string& name, const std::string& script) const { REQUIRE(write_file(remote / "hooks" / name, "#!/bin/sh\n" + script, 0700)); }
  void receive_pack(const std::string& script) const {
    const auto program = scratch.around() / "receive-pack";
    REQUIRE(write_file(program, "#!/bin/sh\n" + script, 0700));
    scratch.git({"config", "remote.origin.receivepack", program.string()});
  }
};

} // namespace

TEST_CASE("what one machine sends another one fetches") {
  ExchangeWorld world;
  const auto tree = world.scratch.tree_of();
  const auto ada = world.machine();
  CHECK(*ada.exchange->fetch("origin", {k_ada, k_eve}) == 0);
  const auto sent = ada.sent({{tree, "one"}, {some_tree(1), "two"}, {tree, "three"}, {tree, "one"}});
  CHECK(sent.outcome == Sent::Outcome::sent);
  CHECK(sent.added == 3);
  CHECK(ada.read(tree) == Lines{"one", "three"});
  CHECK(world.there({"rev-parse", verdict_ref_of(k_ada)}) == world.scratch.git({"rev-parse", verdict_ref_of(k_ada)}));
  CHECK(world.there({"log", "-1", "--format=%s|%an|%ae|%cn", verdict_ref_of(k_ada)}) == "gate: verdicts|Ada|ada@example.org|Ada");
  CHECK(world.there({"notes", "--ref=gate/" + k_ada, "show", tree.hex()}) == "one\nthree");
  CHECK(world.there({"ls-tree", "-r", "--name-only", verdict_ref_of(k_ada)}).find(tree.hex().substr(0, 2) + "/" + tree.hex().substr(2)) != std::string::npos);
  CHECK(world.scratch.git({"fsck", "--strict"}).empty());

  const auto eve = world.machine(world.clone("eve"));
  CHECK(eve.read(tree).empty());
  CHECK(*eve.exchange->fetch("origin", {k_ada, k_eve, "../../heads/main", ""}) == 1);
  CHECK(eve.read(tree) == Lines{"one", "three"});
  CHECK(eve.read(some_tree(1)) == Lines{"two"});
  CHECK(*eve.exchange->fetch("origin", {k_ada}) == 1);
  CHECK(*eve.exchange->fetch("origin", {}) == 0);

  // By a URL, with nothing new, and with something.
  const auto url = "file://" + world.remote.string();
  CHECK(eve.sent({{tree, "three"}}, k_ada, url).added == 0);
  CHECK(world.commits() == 1);
  CHECK(eve.sent({{tree, "three"}, {tree, "four"}}, k_ada, url).added == 1);
  CHECK(world.commits() == 2);
  CHECK(*ada.exchange->fetch(url, {k_ada}) == 1);
  CHECK(ada.read(tree) == Lines{"one", "three", "four"});
  CHECK(ada.sent({}).added == 0);
}

TEST_CASE("each signer has a ref of its own, and only those that are asked for come") {
  ExchangeWorld world;
  const auto tree = some_tree(1);
  const auto ada = world.machine();
  const auto eve = world.machine(world.clone("eve"));
  ada.sent({{tree, "ada's"}}, k_ada);
  eve.sent({{tree, "eve's"}}, k_eve);
  const auto third = world.clone("third");
  world.scratch.git({"config", "fetch.prune", "true"}, third);
  world.scratch.git({"update-ref", "refs/notes/gate/aaaaaaaaaaaaaaaa", "HEAD"}, third);
  const auto bob = world.machine(third);
  const auto refs = world.scratch.git({"for-each-ref"}, third);
  CHECK(*bob.exchange->fetch("origin", {k_eve, "aaaaaaaaaaaaaaaa"}) == 1);
  CHECK(bob.notes->envelopes(tree, {k_ada, k_eve}) == Lines{"eve's"});
  CHECK(*bob.exchange->fetch("origin", {k_eve, k_ada}) == 2);
  CHECK(bob.notes->envelopes(tree, {k_ada, k_eve}) == Lines{"ada's", "eve's"});
  for (const auto& id : {k_ada, k_eve}) {
    world.scratch.git({"update-ref", "-d", verdict_ref_of(id)}, third);
  }
  CHECK(world.scratch.git({"for-each-ref"}, third) == refs);
  CHECK_FALSE(fs::exists(third / ".git/FETCH_HEAD"));
}

TEST_CASE("what the remote has counts, also where it took something away") {
  ExchangeWorld world;
  const auto ada = world.machine();
  ada.sent({{some_tree(1), "one"}});
  const auto first = world.there({"rev-parse", verdict_ref_of(k_ada)});
  ada.sent({{some_tree(1), "two"}});
  world.there({"update-ref", verdict_ref_of(k_ada), first});
  CHECK(*ada.exchange->fetch("origin", {k_ada}) == 1);
  CHECK(ada.read(some_tree(1)) == Lines{"one"});
  world.there({"update-ref", "-d", verdict_ref_of(k_ada)});
  CHECK(*ada.exchange->fetch("origin", {k_ada}) == 0);
  CHECK(ada.read(some_tree(1)) == Lines{"one"});
  CHECK(ada.sent({{some_tree(2), "three"}}).added == 1);
  CHECK(world.lines_there(some_tree(1)).empty());
  CHECK(world.lines_there(some_tree(2)) == Lines{"three"});
}

TEST_CASE("eight machines that write under one name at once lose nothing") {
  ExchangeWorld world;
  constexpr std::size_t k_machines = 8;
  constexpr std::size_t k_rounds = 2;
  std::vector<Machine> machines;
  for (std::size_t i = 0; i < k_machines; ++i) {
    machines.push_back(world.machine(world.clone("clone" + std::to_string(i))));
  }
  std::vector<std::string> troubles(k_machines);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < k_machines; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t round = 0; round < k_rounds; ++round) {
        const std::string line = std::to_string(i) + "." + std::to_string(round);
        const auto sent = machines[i].exchange->send("origin", k_ada, {{some_tree(round), line}, {some_tree(100 + i), line}});
        if (!sent || sent->outcome != Sent::Outcome::sent || sent->added != 2) {
          troubles[i] += sent ? sent->reason + " " + std::to_string(sent->added) + "; " : sent.error().message;
        }
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(troubles == std::vector<std::string>(k_machines));
  for (std::size_t round = 0; round < k_rounds; ++round) {
    const auto lines = world.lines_there(some_tree(round));
    std::set<std::string> wanted;
    for (std::size_t i = 0; i < k_machines; ++i) {
      wanted.insert(std::to_string(i) + "." + std::to_string(round));
    }
    CHECK(std::set<std::string>(lines.begin(), lines.end()) == wanted);
    CHECK(lines.size() == wanted.size());
  }
  CHECK(world.commits() == static_cast<int>(k_machines * k_rounds));
  CHECK(*machines[0].exchange->fetch("origin", {k_ada}) == 1);
  for (std::size_t i = 0; i < k_machines; ++i) {
    CHECK(machines[0].read(some_tree(100 + i)).size() == k_rounds);
  }
}

TEST_CASE("two that fetch into one repository at once are both content") {
  ExchangeWorld world;
  world.machine().sent({{some_tree(1), "one"}});
  const auto clone = world.clone("shared");
  std::vector<Machine> machines;
  for (int i = 0; i < 4; ++i) {
    machines.push_back(world.machine(clone));
  }
  std::vector<int> brought(machines.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    threads.emplace_back([&, i] { brought[i] = machines[i].exchange->fetch("origin", {k_ada}).value_or(0) == 1 ? 1 : 0; });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(brought == std::vector<int>(machines.size(), 1));
}

TEST_CASE("notes that others wrote in other ways stay what they are") {
  ExchangeWorld world;
  const auto tree = world.scratch.tree_of();
  const auto commit = world.scratch.tip();
  world.note_there(tree, "by git");
  world.note_there(tree, "again");
  world.note_there(commit, "on a commit");
  const auto ada = world.machine();
  CHECK(ada.sent({{tree, "ours"}, {some_tree(1), "new"}}).added == 2);
  CHECK(world.lines_there(tree) == Lines{"by git", "again", "ours"});
  CHECK(world.lines_there(commit) == Lines{"on a commit"});
  const auto names = world.there({"ls-tree", "-r", "--name-only", verdict_ref_of(k_ada)});
  CHECK(names.find(tree.hex()) == std::string::npos); // once, and no longer without a folder
  CHECK(names.find(commit.hex()) != std::string::npos);
  // git reads it, and writes it anew in its own way.
  CHECK(world.there({"notes", "--ref=gate/" + k_ada, "show", tree.hex()}) == "by git\nagain\nours");
  world.note_there(tree, "last");
  CHECK(ada.sent({{tree, "ours"}, {tree, "more"}}).added == 1);
  CHECK(world.lines_there(tree) == Lines{"by git", "again", "ours", "last", "more"});
}

TEST_CASE("a tree that is noted in several folders is noted in one afterwards") {
  ExchangeWorld world;
  const auto object = some_tree(1);
  const auto& hex = object.hex();
  const auto blob = [&](const std::string& text) { return world.scratch.git_with_input(text, {"hash-object", "-w", "--stdin"}, world.remote); };
  const auto tree = [&](const std::string& entries) { return world.scratch.git_with_input(entries, {"mktree"}, world.remote); };
  const auto deep = tree("100644 blob " + blob("deep") + "\t" + hex.substr(4) + "\n");
  const auto middle = tree("040000 tree " + deep + "\t" + hex.substr(2, 2) + "\n100644 blob " + blob("beside") + "\tREADME\n");
  const auto root = tree("040000 tree " + middle + "\t" + hex.substr(0, 2) + "\n100644 blob " + blob("flat") + "\t" + hex + "\n");
  world.there({"update-ref", verdict_ref_of(k_ada), world.there({"commit-tree", root, "-m", "x"})});
  CHECK(world.machine().sent({{object, "ours"}, {object, "deep"}}).added == 1);
  CHECK(world.lines_there(object) == Lines{"flat", "deep", "ours"});
  CHECK(world.there({"ls-tree", "-r", "--name-only", verdict_ref_of(k_ada)}) == hex.substr(0, 2) + "/" + hex.substr(2) + "\n" + hex.substr(0, 2) + "/README");
}

TEST_CASE("a tree keeps its newest 64 lines") {
  ExchangeWorld world;
  const auto ada = world.machine();
  std::vector<Noted> many;
  for (int i = 0; i < 70; ++i) {
    many.push_back({some_tree(1), std::to_string(i)});
  }
  const auto all = ada.sent(many);
  CHECK(all.added == k_most_note_lines);
  CHECK(all.dropped == 6);
  auto lines = world.lines_there(some_tree(1));
  REQUIRE(lines.size() == k_most_note_lines);
  CHECK(lines.front() == "6");
  CHECK(ada.sent({{some_tree(1), "new"}}).dropped == 1);
  lines = world.lines_there(some_tree(1));
  REQUIRE(lines.size() == k_most_note_lines);
  CHECK(lines.front() == "7");
  CHECK(lines.back() == "new");
}

TEST_CASE("a line takes the place of those that it replaces, and of no others") {
  ExchangeWorld world;
  const auto ada = world.machine();
  const auto run = [](const std::string& name, int number) {
    return Noted{some_tree(1), name + std::to_string(number), [name](const std::string& line) { return line.rfind(name, 0) == 0; }};
  };
  ada.sent({run("api", 1), run("web", 1)});
  ada.sent({{some_tree(2), "api1"}});
  CHECK(ada.sent({run("api", 2)}).added == 1);
  CHECK(world.lines_there(some_tree(1)) == Lines{"web1", "api2"});
  CHECK(world.lines_there(some_tree(2)) == Lines{"api1"});
  CHECK(ada.sent({run("api", 2)}).added == 0);
  CHECK(world.lines_there(some_tree(1)) == Lines{"web1", "api2"});
}

TEST_CASE("what is kept is here, no remote is asked, and git's own push takes it along") {
  ExchangeWorld world;
  const auto ada = world.machine();
  ada.sent({{some_tree(1), "one"}});
  CHECK(ada.exchange->keep(k_ada, {{some_tree(1), "two"}, {some_tree(2), "three"}}));
  CHECK(ada.exchange->keep(k_ada, {{some_tree(1), "two"}}));
  CHECK(ada.exchange->keep(k_ada, {}));
  CHECK(ada.read(some_tree(1)) == Lines{"one", "two"});
  CHECK(world.lines_there(some_tree(1)) == Lines{"one"});
  world.scratch.git({"push", "--quiet", "origin", "refs/notes/gate/*:refs/notes/gate/*"});
  CHECK(world.lines_there(some_tree(1)) == Lines{"one", "two"});
  CHECK(world.lines_there(some_tree(2)) == Lines{"three"});
  CHECK(world.commits() == 2);
  CHECK_FALSE(ada.exchange->keep("../../heads/main", {{some_tree(1), "x"}}));
  // Nothing was there before, nor a remote.
  fs::remove_all(world.remote);
  CHECK(ada.exchange->keep(k_eve, {{some_tree(1), "x"}}));
  CHECK(ada.read(some_tree(1), k_eve) == Lines{"x"});
}

TEST_CASE("verdicts go where a push goes, which may be elsewhere than what is fetched comes from") {
  ExchangeWorld world;
  const auto fork = world.scratch.around() / "fork.git";
  world.scratch.git({"clone", "--quiet", "--bare", world.remote.string(), fork.string()});
  const auto at = [&](const fs::path& where) {
    auto opened = open_repository(world.scratch.environment(), where);
    REQUIRE(opened);
    return verdict_notes_of(**opened)->envelopes(some_tree(1), {k_ada});
  };
  const auto ada = world.machine();
  ada.sent({{some_tree(1), "there already"}});
  world.scratch.git({"config", "remote.origin.pushurl", fork.string()});
  CHECK(ada.sent({{some_tree(1), "one"}}).added == 1);
  CHECK(at(fork) == Lines{"one"});
  CHECK(at(world.remote) == Lines{"there already"});
  CHECK(ada.sent({{some_tree(1), "one"}}).added == 0);
  SECTION("to several places at once") {
    world.scratch.git({"config", "--add", "remote.origin.pushurl", world.remote.string()});
    CHECK(ada.sent({{some_tree(1), "two"}}).added == 1);
    CHECK(at(fork) == Lines{"one", "two"});
    CHECK(at(world.remote) == Lines{"there already", "two"});
  }
}

TEST_CASE("a remote whose pushes mirror gets verdicts, and nothing else") {
  ExchangeWorld world;
  world.scratch.git({"config", "remote.origin.mirror", "true"});
  world.scratch.git({"branch", "other"});
  CHECK(world.machine().sent({{some_tree(1), "one"}}).added == 1);
  CHECK(world.lines_there(some_tree(1)) == Lines{"one"});
  CHECK(world.there({"for-each-ref", "refs/heads/other"}).empty());
}

TEST_CASE("a ref that the remote does not show is told as that") {
  ExchangeWorld world;
  world.machine(world.clone("eve")).sent({{some_tree(1), "one"}});
  world.there({"config", "uploadpack.hideRefs", "refs/notes"});
  const auto sent = world.machine().sent({{some_tree(1), "two"}});
  CHECK(sent.outcome == Sent::Outcome::refused);
  CHECK(sent.reason == "it has another value than it shows (stale info)");
}

TEST_CASE("a refusal is tried again too: it may pass") {
  ExchangeWorld world;
  const std::string count = (world.scratch.around() / "count").string();
  const auto hook = [&](int failures) {
    world.hook("update", "echo x >>" + count + "\n[ $(wc -l <" + count + ") -gt " + std::to_string(failures) + " ] || { echo 'the database is locked'; exit 1; }\n");
  };
  const auto ada = world.machine();
  SECTION("after some tries") {
    hook(3);
    const auto sent = ada.sent({{some_tree(1), "one"}});
    CHECK(sent.outcome == Sent::Outcome::sent);
    CHECK(sent.added == 1);
  }
  SECTION("never") {
    hook(100);
    const auto sent = ada.sent({{some_tree(1), "one"}});
    CHECK(sent.outcome == Sent::Outcome::refused);
    CHECK(sent.reason == "hook declined: the database is locked");
    CHECK(read_file(count, 1000)->value() == "x\nx\nx\nx\nx\n");
  }
  SECTION("one who is not let in tries twice") {
    world.receive_pack("echo x >>" + count + "\necho 'ERROR: Permission to team/app.git denied to deploy key' >&2\nexit 1\n");
    CHECK(ada.sent({{some_tree(1), "one"}}).outcome == Sent::Outcome::refused);
    CHECK(read_file(count, 1000)->value() == "x\nx\n");
  }
}

TEST_CASE("what is no line is not sent, and no ref of another name is written") {
  ExchangeWorld world;
  const auto ada = world.machine();
  for (const std::string& line : {std::string("two\nlines"), std::string(), std::string(k_longest_note_line + 1, 'x')}) {
    CHECK_FALSE(ada.exchange->send("origin", k_ada, {{some_tree(1), line}}));
  }
  CHECK_FALSE(ada.exchange->send("origin", "../../heads/main", {{some_tree(1), "x"}}));
  CHECK(world.there({"for-each-ref", "refs/notes"}).empty());
}

TEST_CASE("a remote that does not take verdicts says so itself, and nothing here changes") {
  ExchangeWorld world;
  const auto ada = world.machine();
  std::string reason;
  SECTION("by a hook") {
    world.hook("pre-receive", "echo 'no notes here' >&2\nexit 1\n");
    reason = "pre-receive hook declined: no notes here";
  }
  SECTION("by its settings") {
    world.there({"config", "receive.hideRefs", "refs/notes"});
    reason = "deny updating a hidden ref";
  }
  SECTION("by a login that may only read") {
    world.receive_pack("echo 'ERROR: Permission to team/app.git denied to deploy key' >&2\nexit 1\n");
  }
  SECTION("by a lock that somebody left behind") {
    fs::create_directories(world.remote / "refs/notes/gate");
    REQUIRE(write_file(world.remote / (verdict_ref_of(k_ada) + ".lock"), "", 0600));
  }
  SECTION("by a ref where the folder of ours should be") {
    world.there({"update-ref", "refs/notes/gate", "HEAD"});
  }
  const auto sent = ada.sent({{some_tree(1), "one"}});
  CHECK(sent.outcome == Sent::Outcome::refused);
  CHECK_FALSE(sent.reason.empty());
  if (!reason.empty()) {
    CHECK(sent.reason == reason);
  }
  CHECK(sent.added == 0);
  CHECK(world.scratch.git({"for-each-ref", "refs/notes"}).empty());
}

TEST_CASE("a remote in trouble is tried again, and is an error when it stays so") {
  ExchangeWorld world;
  const std::string count = (world.scratch.around() / "count").string();
  const auto restarts = [&](int failures) {
    world.receive_pack("echo x >>" + count + "\n[ $(wc -l <" + count + ") -gt " + std::to_string(failures) +
                       " ] || { echo 'fatal: the server is restarting' >&2; exit 1; }\nexec git receive-pack \"$@\"\n");
  };
  const auto ada = world.machine();
  SECTION("a few times") {
    restarts(3);
    CHECK(ada.sent({{some_tree(1), "one"}}).added == 1);
  }
  SECTION("again and again") {
    restarts(100);
    const auto sent = ada.exchange->send("origin", k_ada, {{some_tree(1), "one"}});
    REQUIRE_FALSE(sent);
    CHECK(sent.error().kind == ErrorKind::could_not_run);
    CHECK(sent.error().message.rfind("the remote origin could not be written to: ", 0) == 0);
    CHECK(read_file(count, 1000)->value() == "x\nx\nx\nx\nx\n");
  }
}

TEST_CASE("a remote that can't be asked is an error, for both ways") {
  ExchangeWorld world;
  fs::remove_all(world.remote);
  const auto ada = world.machine();
  for (const auto& error : {ada.exchange->fetch("origin", {k_ada}).error(), ada.exchange->send("origin", k_ada, {{some_tree(1), "one"}}).error()}) {
    CHECK(error.kind == ErrorKind::could_not_run);
    CHECK(error.message.rfind("the remote origin could not be asked: ", 0) == 0);
  }
}

TEST_CASE("verdicts whose answer was lost are found again") {
  ExchangeWorld world;
  world.hook("post-receive", "kill -9 $PPID\n"); // it is in, and the client hears nothing of it
  const auto sent = world.machine().sent({{some_tree(1), "one"}});
  CHECK(sent.outcome == Sent::Outcome::sent);
  CHECK(sent.added == 1);
  CHECK(world.commits() == 1);
}

TEST_CASE("an interrupt ends it") {
  ExchangeWorld world;
  const auto ada = world.machine();
  ::kill(::getpid(), SIGTERM);
  REQUIRE(world.interrupt.raised());
  CHECK(ada.exchange->fetch("origin", {k_ada}).error().kind == ErrorKind::interrupted);
  CHECK(ada.exchange->send("origin", k_ada, {{some_tree(1), "one"}}).error().kind == ErrorKind::interrupted);
}

TEST_CASE("the user's own push has no part in it") {
  ExchangeWorld world;
  REQUIRE(write_file(world.scratch.path() / ".git/hooks/pre-push", "#!/bin/sh\nexit 1\n", 0700));
  world.scratch.git({"tag", "-a", "-m", "x", "v1"});
  world.scratch.git({"config", "push.followTags", "true"});
  CHECK(world.machine().sent({{some_tree(1), "one"}}).added == 1);
  CHECK(world.there({"tag"}).empty());
}

TEST_CASE("a ref of the remote that is no commit is written anew") {
  ExchangeWorld world;
  world.there({"update-ref", verdict_ref_of(k_ada), world.there({"hash-object", "-w", "-t", "blob", "/dev/null"})});
  const auto ada = world.machine();
  CHECK(*ada.exchange->fetch("origin", {k_ada}) == 1);
  CHECK(ada.read(some_tree(1)).empty());
  CHECK(ada.sent({{some_tree(1), "one"}}).added == 1);
  CHECK(world.lines_there(some_tree(1)) == Lines{"one"});
}

TEST_CASE("clones that have a part of the repository only get whole notes, and stay as they are") {
  ExchangeWorld world;
  world.there({"config", "uploadpack.allowFilter", "true"});
  world.scratch.commit("second", {{"a", "c"}});
  world.scratch.git({"push", "--quiet", "origin", "main"});
  world.machine().sent({{some_tree(1), "one"}});
  SECTION("without blobs") {
    const auto clone = world.clone("partial", {"--filter=blob:none", "--no-checkout"});
    const auto partial = world.machine(clone);
    CHECK(*partial.exchange->fetch("origin", {k_ada}) == 1);
    CHECK(partial.read(some_tree(1)) == Lines{"one"});
    world.machine().sent({{some_tree(1), "two"}});
    CHECK(partial.sent({{some_tree(1), "three"}}).added == 1);
    CHECK(partial.read(some_tree(1)) == Lines{"one", "two", "three"});
    CHECK(world.scratch.git({"config", "remote.origin.partialclonefilter"}, clone) == "blob:none");
  }
  SECTION("without history") {
    const auto clone = world.clone("shallow", {"--depth=1"});
    const auto before = read_file(clone / ".git/shallow", 1000);
    const auto shallow = world.machine(clone);
    CHECK(*shallow.exchange->fetch("origin", {k_ada}) == 1);
    CHECK(shallow.sent({{some_tree(1), "two"}}).added == 1);
    CHECK(shallow.read(some_tree(1)) == Lines{"one", "two"});
    CHECK(read_file(clone / ".git/shallow", 1000)->value() == before->value());
  }
}
