#include <catch2/catch.hpp>

#include "app/judge.hpp"
#include "support/fake_repository.hpp"

using namespace gate;
using gate::test::FakeCommits;
using gate::test::FakeRepository;
using gate::test::FakeSources;
using gate::test::FakeVerdicts;
using gate::test::oid;

namespace {

const std::string k_suites = "[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n";
const std::string k_strict = "schema = 1\n[[branch]]\nmatch = [\"master\"]\nallow = [\"merge\"]\n[[branch]]\nmatch = [\"staging\"]\nallow = [\"merge\", \"fast-forward\"]\n"
                             "from = [\"development\"]\n" + k_suites;
const std::string k_lax = "schema = 1\n" + k_suites;

// A, the tip of master, staging and development on the remote; the strict policy is in force.
struct World {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  JudgeTerms terms;

  World() {
    repository.commit("A", {{}, k_strict, ""});
    for (const char* branch : {"master", "staging", "development"}) {
      repository.track(branch, "A");
    }
  }

  Judgement judged(std::vector<RefUpdate> updates) {
    auto judgement = judge({"origin", "", std::move(updates)}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}, terms);
    if (!judgement) {
      FAIL(judgement.error().message);
    }
    return *judgement;
  }
};

RefUpdate to(const std::string& branch, const std::string& old_name, const std::string& new_name) {
  return {"x", new_name.empty() ? Oid() : oid(new_name), *RefName::branch(branch), old_name.empty() ? Oid() : oid(old_name)};
}

std::vector<std::string> rules_of(const Judgement& judgement) {
  std::vector<std::string> ids;
  for (const auto& violation : judgement.violations) {
    ids.push_back(violation.rule + " " + violation.ref.brief());
  }
  return ids;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("every ref of a push is judged, whichever comes first") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  CHECK(rules_of(world.judged({to("harmless", "", "B"), to("master", "A", "B")})) == Ids{"direct-push master"});
  CHECK(rules_of(world.judged({to("master", "A", "B"), to("harmless", "", "B")})) == Ids{"direct-push master"});
  CHECK(world.judged({to("harmless", "", "B")}).violations.empty());
}

TEST_CASE("a denied push needs no suite") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  CHECK(world.judged({to("harmless", "", "B"), to("master", "A", "B")}).needs.empty());
}

TEST_CASE("a push cannot weaken the rules that judge it") {
  World world;
  world.repository.commit("B", {{"A"}, k_lax, ""});
  CHECK(rules_of(world.judged({to("master", "A", "B")})) == Ids{"direct-push master"});
}

TEST_CASE("a protected ref needs the protected side's suites, any other its own") {
  World world;
  const std::string own = "schema = 1\n[suite.mine]\nbuild = \".\"\nrun = [\"t\"]\n";
  world.repository.commit("T", {{"A"}, own, ""});
  world.repository.commit("M", {{"A", "T"}, own, ""});
  const auto protected_needs = world.judged({to("master", "A", "M")}).needs;
  REQUIRE(protected_needs.size() == 2); // the new policy's as well: it must pass what it asks for
  CHECK(protected_needs[0].suite.name == "api");
  CHECK(protected_needs[1].suite.name == "mine");
  const auto own_needs = world.judged({to("topic", "", "T")}).needs;
  REQUIRE(own_needs.size() == 1);
  CHECK(own_needs[0].suite.name == "mine");
}

TEST_CASE("a pushed commit without a policy is held to the protected side's suites") {
  World world;
  world.repository.commit("B", {{"A"}, "", ""});
  const auto needs = world.judged({to("topic", "", "B")}).needs;
  REQUIRE(needs.size() == 1);
  CHECK(needs[0].suite.name == "api");
}

TEST_CASE("refs with one tree need a suite once") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, "same"});
  world.repository.commit("C", {{"A"}, k_strict, "same"});
  const auto needs = world.judged({to("one", "", "B"), to("two", "", "C")}).needs;
  REQUIRE(needs.size() == 1);
  CHECK(needs[0].refs.size() == 2);
}

TEST_CASE("a tree that has passed needs nothing") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  const auto first = world.judged({to("topic", "", "B")});
  REQUIRE(first.needs.size() == 1);
  CHECK_FALSE(first.nothing_to_run());
  const auto& need = first.needs[0];
  REQUIRE(world.verdicts.store({need.key, need.tree, need.commit, "api", need.suite.definition(), "linux/amd64", {}, {}, "0.1.0", "", {}}));
  CHECK(world.judged({to("topic", "", "B")}).nothing_to_run());
}

TEST_CASE("what this push itself admits is a source for its other refs, in any order") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  CHECK(rules_of(world.judged({to("staging", "A", "B")})) == Ids{"direct-push staging"});
  CHECK(world.judged({to("development", "A", "B"), to("staging", "A", "B")}).violations.empty());
  CHECK(world.judged({to("staging", "A", "B"), to("development", "A", "B")}).violations.empty());
}

TEST_CASE("what this push is refused is no source") {
  World world;
  const std::string policy = k_strict + "[[branch]]\nmatch = [\"development\"]\nallow = [\"merge\"]\n";
  world.repository.commit("P", {{"A"}, policy, ""});
  FakeRepository& repository = world.repository;
  repository.commit("B", {{"P"}, policy, ""});
  CHECK(rules_of(world.judged({to("staging", "P", "B"), to("development", "P", "B")})) == Ids{"direct-push development", "direct-push staging"});
}

TEST_CASE("no policy on the remote's side: said, not enforced, and the suites run") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  repository.commit("B", {{}, k_strict, ""});
  const auto judgement = judge({"origin", "", {to("master", "", "B")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  CHECK(judgement.violations.empty());
  CHECK(judgement.needs.size() == 1);
  REQUIRE(judgement.notices.size() == 1);
  CHECK(judgement.notices[0].find("not in force") != std::string::npos);
}

TEST_CASE("a policy that no longer parses gives way to the newest that does, and gate says so") {
  World world;
  world.repository.commit("X", {{"A"}, "schema = 1\nnonsense = 1\n", ""});
  world.repository.commit("B", {{"X"}, k_lax, ""});
  const auto judgement = world.judged({to("master", "X", "B")});
  CHECK(rules_of(judgement) == Ids{"direct-push master"});
  REQUIRE(judgement.notices.size() == 1);
  CHECK(judgement.notices[0].find(oid("A").brief()) != std::string::npos);
}

TEST_CASE("a policy that contradicts itself for a ref gives way to the newest that does not, for this ref only") {
  World world;
  const std::string torn = k_strict + "[[branch]]\nmatch = [\"m*\"]\nallow = [\"fast-forward\"]\n";
  world.repository.commit("X", {{"A"}, torn, ""});
  world.repository.commit("Y", {{"X"}, torn, ""});
  world.repository.commit("B", {{"Y"}, k_strict, ""});
  const auto judgement = world.judged({to("master", "Y", "B")});
  CHECK(judgement.problems.empty());
  CHECK(rules_of(judgement) == Ids{"direct-push master"});
  REQUIRE(judgement.notices.size() == 1);
  CHECK(judgement.notices[0].rfind("the policy at " + oid("Y").brief() + " contradicts itself for master (" + oid("Y").brief() + ":gate.toml:", 0) == 0);
  CHECK(judgement.notices[0].find("; the one at " + oid("A").brief() + " judges") != std::string::npos);
  const auto elsewhere = world.judged({to("topic", "Y", "B")});
  CHECK(elsewhere.problems.empty());
  CHECK(elsewhere.notices.empty());
}

TEST_CASE("a policy that contradicts itself and has none before it judges nothing: what is wrong is said") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  const std::string torn = k_strict + "[[branch]]\nmatch = [\"m*\"]\nallow = [\"fast-forward\"]\n";
  repository.commit("A", {{}, torn, ""});
  repository.commit("B", {{"A"}, k_strict, ""});
  repository.track("master", "A");
  const auto judgement = judge({"origin", "", {to("master", "A", "B")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  CHECK(judgement.problems.size() == 1);
  CHECK(judgement.denied());
}

TEST_CASE("a remote that is called like a command for a shell is one word in what mends") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  repository.commit("A", {{}, k_lax, ""});
  repository.track("feature", "A");
  const auto judgement = judge({"up$(x)", "", {to("release/1", "", "A")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  REQUIRE(judgement.violations.size() == 1);
  CHECK(judgement.violations[0].remedy == "git fetch 'up$(x)' '+refs/heads/*:refs/remotes/up$(x)/*' && git remote set-head 'up$(x)' --auto");
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  const auto direct = judge({"up$(x)", "", {to("master", "A", "B")}}, {world.repository, world.commits, world.sources, world.verdicts}, {"0.1.0", "linux/amd64"}).value();
  REQUIRE(direct.violations.size() == 1);
  CHECK(direct.violations[0].remedy.rfind("git push 'up$(x)' ", 0) == 0);
}

TEST_CASE("a policy that asks for a newer gate is not passed over for an older one") {
  World world;
  world.repository.commit("X", {{"A"}, "schema = 1\nrequires = \">=9.0\"\n", ""});
  world.repository.commit("B", {{"X"}, k_lax, ""});
  const auto judgement = judge({"origin", "", {to("master", "X", "B")}}, {world.repository, world.commits, world.sources, world.verdicts}, {"0.1.0", "linux/amd64"});
  REQUIRE_FALSE(judgement);
  CHECK(judgement.error().kind == ErrorKind::policy);
}

TEST_CASE("the pushed commit's own policy must be right") {
  World world;
  world.repository.commit("B", {{"A"}, "schema = 1\nmtach = 1\n", ""});
  const auto judgement = world.judged({to("topic", "", "B")});
  REQUIRE(judgement.problems.size() == 1);
  CHECK(judgement.denied());
}

TEST_CASE("an old tip that is not here denies on a protected ref only") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  const auto judgement = world.judged({to("topic", "unfetched", "B")});
  CHECK(judgement.violations.empty());
  // What the fake can't walk is what the real one says of an object that is not here.
  const auto update = to("master", "unfetched", "B");
  CHECK(rules_of(world.judged({update})) == Ids{"history master"});
}

TEST_CASE("an old tip that is not here, and nothing of the remote's side: denied, since it may be protected") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  repository.commit("B", {{}, k_lax, ""});
  const auto judgement = judge({"origin", "", {to("master", "unfetched", "B")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  CHECK(rules_of(judgement) == Ids{"history master"});
}

TEST_CASE("something fetched from the remote, but not where its policy may be: denied until that is known") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  repository.commit("A", {{}, k_lax, ""});
  repository.track("feature", "A");
  const auto judgement = judge({"origin", "", {to("release/1", "", "A")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  CHECK(rules_of(judgement) == Ids{"history release/1"});
}

TEST_CASE("an old tip without a policy does not speak for a policy branch that was never fetched") {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  repository.commit("A", {{}, "", ""});
  repository.commit("B", {{"A"}, "", ""});
  repository.track("release/1", "A");
  const auto judgement = judge({"origin", "", {to("release/1", "A", "B")}}, {repository, commits, sources, verdicts}, {"0.1.0", "linux/amd64"}).value();
  CHECK(rules_of(judgement) == Ids{"history release/1"});
}

TEST_CASE("where the remote's HEAD is not known, its master has a say before the branch that the push names") {
  World world;
  const std::string weak = "schema = 1\npolicy_branch = \"weak\"\n" + k_suites;
  world.repository.commit("W", {{"A"}, weak, ""});
  world.repository.track("weak", "W");
  world.repository.commit("R", {{"A"}, k_strict + "[[branch]]\nmatch = [\"release/*\"]\nallow = [\"merge\"]\n", ""});
  FakeRepository& repository = world.repository;
  repository.retrack("master", "R");
  repository.commit("B", {{"W"}, weak, ""});
  CHECK(rules_of(world.judged({to("release/1", "", "B")})) == Ids{"creation release/1"});
}

TEST_CASE("a policy that is no regular file gives way like one that does not parse") {
  World world;
  world.repository.commit("X", {{"A"}, FakeRepository::k_no_file, ""});
  world.repository.commit("B", {{"X"}, k_lax, ""});
  const auto judgement = world.judged({to("master", "X", "B")});
  CHECK(rules_of(judgement) == Ids{"direct-push master"});
}

TEST_CASE("a required suite that the pushed commit no longer defines is a violation") {
  World world;
  const std::string policy = k_strict + "[[branch]]\nmatch = [\"topic/*\"]\nrequire = [\"api\"]\n";
  world.repository.commit("P", {{"A"}, policy, ""});
  world.repository.commit("B", {{"P"}, "schema = 1\n", ""});
  CHECK(rules_of(world.judged({to("topic/x", "P", "B")})) == Ids{"suite topic/x"});
}

TEST_CASE("deleting an unprotected branch runs nothing") {
  World world;
  const auto judgement = world.judged({to("topic", "A", "")});
  CHECK(judgement.violations.empty());
  CHECK(judgement.needs.empty());
}

TEST_CASE("the violations of a push are those of its updates alone, joined") {
  World world;
  world.repository.commit("B", {{"A"}, k_strict, ""});
  world.repository.commit("T", {{"A"}, k_strict, ""});
  world.repository.commit("M", {{"A", "T"}, k_strict, ""});
  const std::vector<RefUpdate> updates = {to("master", "A", "B"), to("master", "A", "M"), to("staging", "A", "B"),
                                          to("master", "A", ""),  to("other", "", "T"),   to("staging", "", "M")};
  Ids alone;
  for (const auto& update : updates) {
    const auto found = rules_of(world.judged({update}));
    alone.insert(alone.end(), found.begin(), found.end());
  }
  auto together = rules_of(world.judged(updates));
  std::sort(alone.begin(), alone.end());
  std::sort(together.begin(), together.end());
  CHECK(together == alone);
}
