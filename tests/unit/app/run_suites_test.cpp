#include <catch2/catch.hpp>

#include <map>

#include "app/run_suites.hpp"
#include "support/fake_repository.hpp"

using namespace gate;
using gate::test::FakeVerdicts;
using gate::test::oid;

namespace {

struct FakeWorkspace final : Workspace {
  Result<std::filesystem::path> fresh_folder() override { return std::filesystem::path("/nowhere"); }
  Result<std::filesystem::path> log_file(const std::string& suite, const Oid&) override { return std::filesystem::path("/nowhere/" + suite + ".log"); }
};
struct FakeCheckout final : TreeCheckout {
  Result<void> check_out(const Oid&, const std::filesystem::path&) override { return {}; }
};
struct Silence final : Progress {
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
};
struct FakeRunner final : SuiteRunner {
  std::map<std::string, Result<SuiteRun>> answers;
  std::vector<std::string> ran;
  Result<SuiteRun> run(const SuiteRequest& request, Progress&) override {
    ran.push_back(request.suite.name);
    return answers.at(request.suite.name);
  }
};

struct World {
  FakeRunner runner;
  FakeVerdicts verdicts;
  FakeWorkspace workspace;
  FakeCheckout checkout;
  Silence progress;

  Conclusion run(const std::vector<std::string>& names) {
    Judgement judgement;
    for (const auto& name : names) {
      Suite suite;
      suite.name = name;
      judgement.needs.push_back({suite, oid("tree"), oid("commit"), verdict_key(oid("tree"), suite, "linux/amd64"), {}, {}});
    }
    return run_suites(judgement, {checkout, runner, verdicts, workspace, progress}, {"0.1.0", "linux/amd64"}, "id");
  }
};

SuiteRun with(SuiteRun::Outcome outcome) {
  SuiteRun run;
  run.outcome = outcome;
  return run;
}

} // namespace

TEST_CASE("only a pass makes a verdict and allows") {
  for (const auto outcome : {SuiteRun::Outcome::passed, SuiteRun::Outcome::failed, SuiteRun::Outcome::timed_out, SuiteRun::Outcome::refused}) {
    World world;
    world.runner.answers.emplace("a", with(outcome));
    const bool passed = outcome == SuiteRun::Outcome::passed;
    CHECK(world.run({"a"}).allowed() == passed);
    CHECK(world.verdicts.size() == (passed ? 1U : 0U));
  }
}

TEST_CASE("a suite that could not run allows nothing and leaves no verdict") {
  World world;
  world.runner.answers.emplace("a", could_not_run("the Engine is gone"));
  CHECK_FALSE(world.run({"a"}).allowed());
  CHECK(world.verdicts.size() == 0);
}

TEST_CASE("one failure does not hide another") {
  World world;
  world.runner.answers.emplace("a", with(SuiteRun::Outcome::failed));
  world.runner.answers.emplace("b", with(SuiteRun::Outcome::failed));
  const auto conclusion = world.run({"a", "b"});
  CHECK(world.runner.ran == std::vector<std::string>{"a", "b"});
  CHECK(conclusion.suites.size() == 2);
}

TEST_CASE("an interrupt ends the run, and what was not run is not allowed") {
  World world;
  world.runner.answers.emplace("a", fail(ErrorKind::interrupted, "interrupted"));
  world.runner.answers.emplace("b", with(SuiteRun::Outcome::passed));
  const auto conclusion = world.run({"a", "b"});
  CHECK(world.runner.ran == std::vector<std::string>{"a"});
  CHECK_FALSE(conclusion.allowed());
}

TEST_CASE("a pass that can't be written down is no pass") {
  World world;
  world.verdicts.fill_disk();
  world.runner.answers.emplace("a", with(SuiteRun::Outcome::passed));
  const auto conclusion = world.run({"a"});
  CHECK_FALSE(conclusion.allowed());
  REQUIRE(conclusion.suites[0].error);
  CHECK(conclusion.suites[0].error->message == "cannot write: No space left on device");
}
