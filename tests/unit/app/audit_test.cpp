#include <catch2/catch.hpp>

#include "app/audit.hpp"
#include "app/audit_graph.hpp"
#include "support/drawn_commits.hpp"

using namespace gate;
using gate::test::DrawnCommits;
using gate::test::oid;

namespace {

constexpr const char* k_policy = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nbypass = [\"*\"]\n"
                                 "[[branch]]\nmatch = [\"staging\"]\nallow = [\"merge\", \"fast-forward\"]\nfrom = [\"development\"]\n";

struct World {
  std::map<std::string, std::vector<std::string>> parents;
  gate::test::FakeRepository repository;
  gate::test::FakeSources sources;

  void commit(const std::string& name, std::vector<std::string> of, const std::string& policy = k_policy) {
    parents[name] = of;
    repository.commit(name, {std::move(of), policy, ""});
  }
  AuditSide side = {"origin", false};
  Audit audit(const std::vector<AuditTarget>& targets = {}, const std::vector<BypassRecord>& records = {}) {
    DrawnCommits commits(parents);
    auto found = gate::audit(side, targets, records, {repository, commits, sources}, {"0.1.0", "linux/amd64"});
    REQUIRE(found);
    return *std::move(found);
  }
};

// root — policy — bad — merge on master; the merge brings in `work`.
World smuggled() {
  World world;
  world.commit("root", {}, "");
  world.commit("policy", {"root"});
  world.commit("bad", {"policy"});
  world.commit("work", {"policy"});
  world.commit("merge", {"bad", "work"});
  world.repository.track("master", "merge");
  world.repository.track("feature", "work");
  return world;
}

BypassRecord record(const std::string& from, const std::string& to, const std::string& rule) {
  return {BypassRecord::Where::server, {}, "lead@example.org", "why", "origin", *RefName::branch("master"), oid(from), oid(to), {{rule, ""}}};
}

} // namespace

TEST_CASE("what came past the rules is found, and what came by them is not") {
  World world = smuggled();
  const Audit found = world.audit();
  REQUIRE(found.refs.size() == 1);
  CHECK(found.refs[0].ref.full() == "refs/heads/master");
  CHECK(found.refs[0].judged == 2);
  REQUIRE(found.refs[0].steps.size() == 1);
  const AuditStep& step = found.refs[0].steps[0];
  CHECK(step.commit == oid("bad"));
  CHECK(step.before == oid("policy"));
  CHECK(step.subject == "bad");
  REQUIRE(step.violations.size() == 1);
  CHECK(step.violations[0].rule == "direct-push");
  CHECK_FALSE(found.clean());
}

TEST_CASE("a bypass covers what it was for, and nothing else") {
  World world = smuggled();
  const auto covered = [&](const BypassRecord& bypass) {
    const Audit found = world.audit({}, {bypass});
    return found.clean();
  };
  CHECK(covered(record("policy", "bad", "direct-push")));
  CHECK(covered(record("root", "merge", "direct-push")));
  CHECK_FALSE(covered(record("policy", "bad", "linear")));
  CHECK_FALSE(covered(record("bad", "merge", "direct-push")));
  CHECK_FALSE(covered(record("root", "policy", "direct-push")));
  BypassRecord elsewhere = record("policy", "bad", "direct-push");
  elsewhere.ref = *RefName::branch("staging");
  CHECK_FALSE(covered(elsewhere));
  BypassRecord any = record("policy", "bad", "");
  any.rules.clear();
  CHECK(covered(any));
  CHECK(world.audit({}, {any}).refs[0].steps[0].bypass->reason == "why");
}

TEST_CASE("a range is what came after one commit and up to another") {
  World world = smuggled();
  const RefName master = *RefName::branch("master");
  CHECK(world.audit({{master, oid("bad"), {}}}).clean());
  CHECK_FALSE(world.audit({{master, oid("policy"), oid("bad")}}).clean());
  CHECK(world.audit({{master, {}, oid("policy")}}).refs[0].judged == 0);
}

TEST_CASE("fast-forwards and merges from the source are recognized by where it stands today") {
  World world;
  world.commit("policy", {});
  world.commit("one", {"policy"});
  world.commit("two", {"one"});
  world.commit("other", {"policy"});
  world.commit("merge", {"two", "other"});
  world.repository.track("development", "two");
  world.repository.track("staging", "two");
  CHECK(world.audit().clean());
  world.repository.retrack("staging", "merge");
  const Audit found = world.audit();
  REQUIRE(found.refs.size() == 1);
  REQUIRE(found.refs[0].steps.size() == 1);
  CHECK(found.refs[0].steps[0].violations.at(0).rule == "merge-source");
}

TEST_CASE("a step is judged by the policy before it") {
  World world;
  world.commit("policy", {});
  world.commit("open", {"policy"}, "schema = 1\n");
  world.commit("free", {"open"}, "schema = 1\n");
  world.repository.track("master", "free");
  const Audit found = world.audit({{*RefName::branch("master"), {}, {}}});
  REQUIRE(found.refs[0].steps.size() == 1);
  CHECK(found.refs[0].steps[0].commit == oid("open"));
}

TEST_CASE("what another branch has without the merge was there before") {
  World world = smuggled();
  world.commit("mine", {"merge"});
  world.commit("last", {"merge", "mine"});
  world.repository.retrack("master", "last");
  world.repository.track("later", "last");
  DrawnCommits commits(world.parents);
  const auto graph = CommitGraph::read(commits, *world.repository.tracking_tips("origin"));
  REQUIRE(graph);
  const BranchLine line(*graph, {*RefName::branch("master"), oid("last")});
  REQUIRE(line.length() == 5); // root, policy, bad, merge, last
  const auto names = [](const std::vector<NewCommit>& list) {
    std::vector<std::string> found;
    for (const auto& commit : list) {
      found.push_back(commit.subject());
    }
    return found;
  };
  CHECK(names(line.arrived(3)) == std::vector<std::string>{"merge", "work"});
  CHECK(names(line.new_to_remote(3, History{}, false)) == std::vector<std::string>{"merge"});
  CHECK(names(line.new_to_remote(4, History{}, false)) == std::vector<std::string>{"last", "mine"});
  CHECK(line.newest_in(oid("work")) == 1U);
  CHECK_FALSE(line.newest_in(oid("nowhere")));
}

TEST_CASE("a bypass counts where it was granted, and only for those who may") {
  World world = smuggled();
  BypassRecord elsewhere = record("policy", "bad", "direct-push");
  elsewhere.remote = "fork";
  CHECK_FALSE(world.audit({}, {elsewhere}).clean());
  BypassRecord claimed = record("policy", "bad", "direct-push");
  claimed.where = BypassRecord::Where::client;
  CHECK(world.audit({}, {claimed}).clean());
  world.side.receives = true;
  CHECK_FALSE(world.audit({}, {claimed}).clean());
  CHECK(world.audit({}, {elsewhere}).clean());

  const std::string closed = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\nbypass = [\"boss@example.org\"]\n";
  World strict;
  strict.commit("policy", {}, closed);
  strict.commit("bad", {"policy"}, closed);
  strict.repository.track("master", "bad");
  BypassRecord asked = record("policy", "bad", "direct-push");
  CHECK_FALSE(strict.audit({}, {asked}).clean());
  asked.who = "boss@example.org";
  CHECK(strict.audit({}, {asked}).clean());
}

TEST_CASE("a policy that can't be used gives way to one before it, and is no reason to call anything clean") {
  const std::string contradiction = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n[[branch]]\nmatch = [\"master\"]\nallow = [\"commit\"]\n";
  for (const std::string& broken : {contradiction, std::string("schema = 99\n"), std::string("schema = [\n")}) {
    CAPTURE(broken);
    World first;
    first.commit("broken", {}, broken);
    first.commit("bad", {"broken"}, broken);
    first.repository.track("master", "bad");
    const Audit found = first.audit();
    REQUIRE(found.refs.size() == 1);
    CHECK(found.refs[0].unjudged == 1);
    CHECK_FALSE(found.clean());
    CHECK_FALSE(found.has_violations());
    CHECK_FALSE(found.notices.empty());
  }
  World later;
  later.commit("policy", {});
  later.commit("broken", {"policy"}, contradiction);
  later.commit("bad", {"broken"}, contradiction);
  later.repository.track("master", "bad");
  const Audit found = later.audit();
  REQUIRE(found.refs.size() == 1);
  CHECK(found.refs[0].judged == 2);
  CHECK(found.refs[0].unjudged == 0);
  REQUIRE(found.refs[0].steps.size() == 2);
  CHECK(found.refs[0].steps[0].commit == oid("bad"));
}

TEST_CASE("a branch whose protection was taken away past the rules is audited") {
  World world;
  world.commit("policy", {});
  world.commit("open", {"policy"}, "schema = 1\n");
  world.commit("more", {"open"}, "schema = 1\nserial = 2\n");
  world.repository.track("master", "more");
  const Audit found = world.audit();
  REQUIRE(found.refs.size() == 1);
  REQUIRE(found.refs[0].steps.size() == 1);
  CHECK(found.refs[0].steps[0].commit == oid("open"));
}

TEST_CASE("what a new branch has from a protected one is judged there") {
  const std::string policy = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"commit\"]\n"
                             "[[branch]]\nmatch = [\"rel/*\"]\nallow = [\"create\", \"merge\"]\n[[branch]]\nmatch = [\"fixed\"]\nallow = [\"merge\"]\n";
  World world;
  world.commit("policy", {}, policy);
  world.commit("one", {"policy"}, policy);
  world.commit("two", {"one"}, policy);
  world.repository.track("master", "two");
  world.repository.track("rel/1", "one");
  CHECK(world.audit().clean());
  world.commit("smuggled", {"one"}, policy);
  world.repository.retrack("rel/1", "smuggled");
  world.repository.track("made-of-it-later", "smuggled");
  const Audit found = world.audit({{*RefName::branch("rel/1"), {}, {}}});
  REQUIRE(found.refs[0].steps.size() == 1);
  CHECK(found.refs[0].steps[0].commit == oid("smuggled"));
  // One that nobody may create was not created there.
  world.repository.track("fixed", "one");
  CHECK_FALSE(world.audit({{*RefName::branch("fixed"), {}, {}}}).clean());
}

TEST_CASE("what was only granted counts where its update is there to see") {
  World world = smuggled();
  const auto granted = [](const std::string& from, const std::string& to) {
    BypassRecord bypass = record(from, to, "direct-push");
    bypass.state = BypassRecord::State::granted;
    return bypass;
  };
  const Audit used = world.audit({}, {granted("policy", "bad")});
  CHECK(used.clean());
  CHECK(used.bypasses.empty());
  // Another commit, one that stands aside, and an old tip that was never there.
  for (const auto& other : {granted("policy", "gone"), granted("root", "work"), granted("work", "merge")}) {
    const Audit found = world.audit({}, {other});
    CHECK_FALSE(found.clean());
    REQUIRE(found.bypasses.size() == 1);
    CHECK(found.bypasses[0].record.new_oid == other.new_oid);
  }
  CHECK_FALSE(world.audit({}, {granted("policy", "gone")}).bypasses[0].is_used);
  BypassRecord forced = granted("gone", "bad");
  CHECK_FALSE(world.audit({}, {forced}).clean());
  forced.rules.push_back({"force-push", ""});
  CHECK(world.audit({}, {forced}).clean());
  forced.new_oid = oid("merge");
  CHECK_FALSE(world.audit({}, {forced}).clean());
  // Granted to one, done by another: the reason is the other's.
  BypassRecord done = record("policy", "bad", "direct-push");
  done.reason = "the other's";
  const Audit both = world.audit({}, {granted("policy", "bad"), done});
  REQUIRE(both.refs[0].steps[0].bypass);
  CHECK(both.refs[0].steps[0].bypass->reason == "the other's");
  REQUIRE(both.bypasses.size() == 1);
  CHECK_FALSE(both.bypasses[0].is_used);
}

TEST_CASE("bypasses that no step shows are told, but not beside a part of a branch") {
  World world = smuggled();
  world.side.receives = true;
  BypassRecord deletion = record("policy", "bad", "deletion");
  deletion.ref = *RefName::branch("staging");
  deletion.new_oid = Oid();
  const Audit gone = world.audit({}, {deletion});
  REQUIRE(gone.bypasses.size() == 1);
  CHECK(gone.bypasses[0].is_used);
  deletion.state = BypassRecord::State::granted;
  CHECK(world.audit({}, {deletion}).bypasses.at(0).is_used);
  world.repository.track("staging", "policy");
  CHECK_FALSE(world.audit({}, {deletion}).bypasses.at(0).is_used);
  CHECK(world.audit({{*RefName::branch("master"), {}, {}}}, {deletion}).bypasses.empty());
  const BypassRecord forced = record("gone", "work", "force-push");
  CHECK(world.audit({{*RefName::branch("master"), {}, {}}}, {forced}).bypasses.at(0).is_used);
  CHECK(world.audit({{*RefName::branch("master"), oid("bad"), {}}}, {forced}).bypasses.empty());
}

TEST_CASE("changes of the policy are looked for where the hooks guard it") {
  const auto policy = [](const std::string& serial) {
    return "schema = 1\nserial = " + serial + "\n[[branch]]\nmatch = [\"development\"]\nrequire = []\n[[branch]]\nmatch = [\"m*\", \"wip/*\"]\nrequire = []\n";
  };
  World world;
  world.commit("policy", {}, policy("2"));
  world.commit("weaker", {"policy"}, policy("1"));
  for (const char* name : {"development", "wip/one", "elsewhere", "master"}) {
    world.repository.track(name, "weaker");
  }
  const Audit found = world.audit();
  REQUIRE(found.refs.size() == 2);
  CHECK(found.refs[0].ref.brief() == "development");
  CHECK(found.refs[1].ref.brief() == "master");
  for (const auto& ref : found.refs) {
    REQUIRE(ref.steps.size() == 1);
    CHECK(ref.steps[0].violations.at(0).rule == "policy-serial");
  }
  CHECK(world.audit({{*RefName::branch("wip/one"), {}, {}}}).clean());
}

TEST_CASE("a tag is judged as if it came now, with what no branch has") {
  const std::string policy = "schema = 1\n[[tag]]\nmatch = [\"v*\"]\nallow = [\"create\"]\nname = '^v[0-9]$'\ncommits.subject_max = 5\nbypass = [\"*\"]\n";
  World world;
  world.commit("a long subject", {}, "");
  world.commit("policy", {"a long subject"}, policy);
  world.commit("aside", {"policy"}, "");
  world.commit("aside, and long", {"aside"}, "");
  world.repository.track("master", "policy");
  const auto tag = [](const std::string& name, const std::string& commit) { return BranchTip{*RefName::parse("refs/tags/" + name), oid(commit)}; };
  world.side.tags = {tag("other", "aside, and long"), tag("v0", "a long subject"), tag("v1", "policy"), tag("v2x", "policy")};
  const Audit named = world.audit();
  REQUIRE(named.refs.size() == 2);
  CHECK(named.refs[0].ref.full() == "refs/tags/v1");
  CHECK(named.refs[0].judged == 1);
  CHECK(named.refs[0].steps.empty());
  REQUIRE(named.refs[1].steps.size() == 1);
  CHECK(named.refs[1].steps[0].violations.at(0).rule == "name");
  REQUIRE(named.notices.size() == 1);
  CHECK(named.notices[0].find("v0") != std::string::npos);

  // A policy that contradicts itself for a tag gives way to the one before it.
  const std::string block = "[[tag]]\nmatch = [\"v*\"]\nallow = ";
  const std::string contradiction = "schema = 1\n" + block + "[\"create\"]\n" + block + "[\"delete\"]\n";
  world.commit("broken", {"policy"}, contradiction);
  world.repository.retrack("master", "broken");
  CHECK(world.audit().refs.at(1).steps.at(0).violations.at(0).rule == "name");
  world.repository.retrack("master", "policy");

  BypassRecord bypass = record("policy", "policy", "name");
  bypass.ref = named.refs[1].ref;
  bypass.old_oid = Oid();
  CHECK(world.audit({}, {bypass}).clean());
  bypass.new_oid = oid("aside");
  CHECK_FALSE(world.audit({}, {bypass}).clean());

  // No excuse that a commit aside has no policy. What two tags have is judged once.
  world.side.tags = {tag("v1", "aside, and long"), tag("v2", "aside, and long")};
  const Audit aside = world.audit();
  REQUIRE(aside.refs.size() == 2);
  REQUIRE(aside.refs[0].steps.size() == 1);
  CHECK(aside.refs[0].steps[0].violations.at(0).rule == "subject-length");
  CHECK(aside.refs[1].steps.empty());
  CHECK(world.audit({{*RefName::parse("refs/tags/v2"), {}, {}}}).refs.size() == 1);
}
