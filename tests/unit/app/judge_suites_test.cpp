// What a judgement says of suites: their keys, what they may, and how they are run.
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

struct FakeImages final : NamedImages {
  Result<std::optional<std::string>> id = std::optional<std::string>("sha256:one");
  std::vector<std::string> asked;
  Result<std::optional<std::string>> id_of(const std::string& reference) override {
    asked.push_back(reference);
    return id;
  }
};

// A, the tip of the remote's master, has the protected side's policy; B, to be pushed to a topic branch, has its own.
struct World {
  FakeRepository repository;
  FakeCommits commits;
  FakeSources sources;
  FakeVerdicts verdicts;
  FakeImages images;
  bool has_engine = true;
  std::map<std::string, std::string> variables;
  JudgeTerms terms;
  std::map<std::string, std::string> images_kept; ///< of services, by the runs that pass

  World(const std::string& protected_side, const std::string& own) {
    repository.commit("A", {{}, protected_side.empty() ? "" : "schema = 1\n" + protected_side, ""});
    repository.commit("B", {{"A"}, "schema = 1\n" + own, ""});
    repository.track("master", "A");
  }

  Result<Judgement> judged() {
    const auto variable = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::optional<std::string>() : found->second;
    };
    const Push push{"origin", "", {{"x", oid("B"), *RefName::branch("topic"), Oid()}}};
    return judge(push, {repository, commits, sources, verdicts, variable, has_engine ? &images : nullptr}, {"0.1.0", "linux/amd64"}, terms);
  }
  Need need() {
    const auto judgement = judged();
    REQUIRE(judgement);
    INFO(judgement->problems.size() << " problems");
    REQUIRE(judgement->needs.size() == 1);
    return judgement->needs.front();
  }
  void pass(const Need& need, const Digest& key, std::chrono::system_clock::time_point when) {
    REQUIRE(verdicts.store({key, need.seen, need.commit, need.suite.name, need.suite.definition(), "linux/amd64", when, when, "0.1.0", "", images_kept}));
  }
  void pass(const Need& need) { pass(need, need.key, terms.now); }
};

std::string suite(const std::string& more, const std::string& source = "build = \"api\"") { return "[suite.api]\n" + source + "\nrun = [\"t\"]\n" + more; }

} // namespace

TEST_CASE("a suite with paths is known by their tree, any other by the whole one") {
  World world("", suite("paths = [\"lib\"]\n"));
  const Need narrow = world.need();
  CHECK(narrow.tree == oid("tree B"));
  CHECK(narrow.seen == **world.repository.object_at(narrow.tree, {"api", "lib"}, ""));
  CHECK(narrow.key == verdict_key(narrow.seen, narrow.suite, "linux/amd64"));
  world.pass(narrow);
  CHECK(world.need().verdict);

  const Need whole = World("", suite("")).need();
  CHECK(whole.seen == whole.tree);
}

TEST_CASE("a path that the judged tree has not is denied") {
  World world("", suite("paths = [\"lib\"]\n"));
  world.repository.missing_paths = true;
  const auto judgement = world.judged();
  REQUIRE(judgement);
  CHECK(judgement->needs.empty());
  REQUIRE(judgement->violations.size() == 1);
  const Violation& violation = judgement->violations[0];
  CHECK(violation.rule == "suite");
  CHECK(violation.what == "\"paths\" of suite \"api\" names lib, which " + oid("B").brief() + " does not have");
  CHECK(violation.origin.line == 2);
}

TEST_CASE("of two equal needs the strictest counts, whichever comes first") {
  for (const std::string strict : {"reusable = false\n", "max_age = \"1h\"\n"}) {
    for (const bool comes_first : {true, false}) {
      World world("", suite(comes_first ? strict : ""));
      world.repository.commit("C", {{"A"}, "schema = 1\n" + suite(comes_first ? "max_age = \"2h\"\n" : strict), "B"});
      const Need one = world.need();
      world.pass(one, one.key, world.terms.now - std::chrono::minutes(61));
      const Push push{"origin", "", {{"x", oid("B"), *RefName::branch("a"), Oid()}, {"y", oid("C"), *RefName::branch("b"), Oid()}}};
      const auto judgement = judge(push, {world.repository, world.commits, world.sources, world.verdicts, {}, nullptr}, {"0.1.0", "linux/amd64"}, world.terms);
      REQUIRE(judgement);
      REQUIRE(judgement->needs.size() == 1);
      const Need& need = judgement->needs[0];
      CHECK(need.refs.size() == 2);
      CHECK_FALSE(need.verdict);
      CHECK(need.suite.reusable == (strict.front() != 'r'));
      CHECK((strict.front() == 'r' || need.suite.max_age == std::chrono::hours(1)));
    }
  }
}

TEST_CASE("the machine's variables are part of the key, and where one is not set nothing has passed") {
  World world("", suite("env = { HOST = \"{env:HOST}\" }\n"));
  const Need unset = world.need();
  world.pass(unset);
  CHECK_FALSE(world.need().verdict);
  world.variables = {{"HOST", "one"}};
  const Need one = world.need();
  CHECK(one.key == verdict_key(one.seen, one.suite, "linux/amd64", {{{"HOST", "one"}}, ""}));
  world.pass(one);
  CHECK(world.need().verdict);
  world.variables = {{"HOST", "two"}};
  CHECK_FALSE(world.need().verdict);
}

TEST_CASE("an image named by a tag is known by what the Engine has under it") {
  World world("", suite("", "image = \"python:3.8\""));
  const Need need = world.need();
  CHECK(world.images.asked == std::vector<std::string>{"python:3.8"});
  CHECK(need.key == verdict_key(need.seen, need.suite, "linux/amd64", {{}, "sha256:one"}));
  world.pass(need);
  CHECK(world.need().verdict);
  world.images.id = std::optional<std::string>("sha256:two");
  CHECK_FALSE(world.need().verdict);
}

TEST_CASE("where the Engine can't tell what a tag is, nothing has passed, and an interrupt ends the judgement") {
  World world("", suite("", "image = \"python:3.8\""));
  const Need need = world.need();
  world.pass(need);
  world.pass(need, verdict_key(need.seen, need.suite, "linux/amd64"), world.terms.now);
  world.images.id = could_not_run("the Engine does not answer");
  CHECK_FALSE(world.need().verdict);
  world.images.id = std::optional<std::string>();
  CHECK_FALSE(world.need().verdict);
  world.has_engine = false;
  CHECK_FALSE(world.need().verdict);
  world.has_engine = true;
  world.images.id = fail(ErrorKind::interrupted, "interrupted");
  const auto judgement = world.judged();
  REQUIRE_FALSE(judgement);
  CHECK(judgement.error().kind == ErrorKind::interrupted);
}

TEST_CASE("no Engine is asked for an image named by its digest") {
  World world("", suite("", "image = \"python@sha256:" + std::string(64, 'a') + "\""));
  world.has_engine = false;
  world.pass(world.need());
  CHECK(world.need().verdict);
}

TEST_CASE("what a suite is allowed counts only where the protected side says the same") {
  const std::string both = suite("allow = [\"privileged\", \"docker.sock\"]\n");
  CHECK(World(suite("allow = [\"docker.sock\"]\n"), both).need().suite.allow == std::vector<std::string>{"docker.sock"});
  CHECK(World(suite(""), both).need().suite.allow.empty());
  CHECK(World(both, suite("")).need().suite.allow.empty());
  CHECK(World("", both).need().suite.allow.empty());
  CHECK(World("[suite.other]\nbuild = \".\"\nrun = [\"t\"]\nallow = [\"privileged\"]\n", both).need().suite.allow.empty());
}

TEST_CASE("a verdict counts for as long as the suite says") {
  World world("", suite("max_age = \"1h\"\n"));
  const Need need = world.need();
  world.pass(need, need.key, world.terms.now - std::chrono::minutes(59));
  CHECK(world.need().verdict);
  world.terms.now += std::chrono::minutes(2);
  CHECK_FALSE(world.need().verdict);

  World always("", suite("reusable = false\n"));
  always.pass(always.need());
  CHECK_FALSE(always.need().verdict);
}

TEST_CASE("suites are run as the policies say that they come from") {
  const auto run_of = [](const std::string& own) {
    World world("[run]\nparallel = 9\n" + suite(""), own);
    const auto judgement = world.judged();
    REQUIRE(judgement);
    return judgement->run;
  };
  const auto said = run_of("[run]\nparallel = 2\non_failure = \"stop\"\n" + suite(""));
  CHECK(said.parallel == 2U);
  CHECK(said.stop_on_failure);
  const auto not_said = run_of(suite(""));
  CHECK_FALSE(not_said.parallel);
  CHECK_FALSE(not_said.stop_on_failure);
}

TEST_CASE("a suite is published where any rule of either policy names it, whatever its branch") {
  const std::string rule = "[publish.x]\nbranch = \"elsewhere\"\nsuite = \"api\"\nto = \"registry.example/app\"\ntags = [\"{commit}\"]\n";
  CHECK_FALSE(World(suite(""), suite("")).need().is_published);
  CHECK(World(suite("") + rule, suite("")).need().is_published);
  CHECK(World(suite(""), suite("") + rule).need().is_published);
  CHECK(World(suite("") + rule, suite("")).need().published_services.empty());
}

TEST_CASE("a verdict serves only if it has an image of each service that is published") {
  const std::string source = "compose = \"compose.yml\"\nservice = \"tests\"";
  const std::string rule = "[publish.x]\nbranch = \"elsewhere\"\nsuite = \"api\"\ntags = [\"{commit}\"]\n"
                           "images = { web = \"registry.example/web\", api = [\"registry.example/api\", \"ghcr.io/x/api\"] }\n";
  for (const auto& [kept, serves] : std::vector<std::pair<std::map<std::string, std::string>, bool>>{
           {{}, false}, {{{"api", "sha256:api"}}, false}, {{{"api", "sha256:api"}, {"web", "sha256:web"}}, true}}) {
    World world("", suite("", source) + rule);
    world.images_kept = kept;
    const Need need = world.need();
    CHECK(need.published_services == std::vector<std::string>{"api", "web"});
    world.pass(need);
    CHECK(world.need().verdict.has_value() == serves);
  }
}
