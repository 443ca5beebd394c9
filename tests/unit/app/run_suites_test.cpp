#include <catch2/catch.hpp>

#include "support/suite_world.hpp"

using namespace gate;
using gate::test::failed;
using gate::test::oid;
using gate::test::passed;
using gate::test::SuiteWorld;
using gate::test::with;
using Outcome = SuiteRun::Outcome;

namespace {

struct FakeImages final : NamedImages {
  Result<std::optional<std::string>> id = std::optional<std::string>();
  Result<std::optional<std::string>> id_of(const std::string&) override { return id; }
};

Verdict verdict_of(const Need& need, const Digest& key, const std::string& image = "") {
  const auto now = std::chrono::system_clock::now();
  return {key, need.seen, need.commit, need.suite.name, need.suite.definition(), "linux/amd64", now, now, "0.1.0", image, {}};
}

} // namespace

TEST_CASE("only a pass makes a verdict and allows") {
  for (const auto outcome : {Outcome::passed, Outcome::failed, Outcome::timed_out, Outcome::refused}) {
    SuiteWorld world;
    world.add("a");
    world.answer = [&](const SuiteRequest&) { return with(outcome); };
    CHECK(world.run().allowed() == (outcome == Outcome::passed));
    CHECK(world.verdicts().size() == (outcome == Outcome::passed ? 1U : 0U));
    CHECK(world.records.size() == 1);
  }
}

TEST_CASE("a suite that could not run allows nothing, leaves no verdict and is not tried again") {
  SuiteWorld world;
  world.add("a").retries = 3;
  world.answer = [](const SuiteRequest&) { return could_not_run("the Engine is gone"); };
  CHECK_FALSE(world.run().allowed());
  CHECK(world.verdicts().size() == 0);
  CHECK(world.ran().size() == 1);
  CHECK(world.records[0].outcome == RunRecord::Outcome::could_not_run);
  CHECK(world.records[0].reason == "the Engine is gone");
}

TEST_CASE("an Engine that does not answer is found out once, and nothing is checked out") {
  SuiteWorld world;
  world.add("a");
  world.add("b");
  world.machine = could_not_run("the Engine does not answer");
  const auto conclusion = world.run();
  REQUIRE(conclusion.suites.size() == 2);
  CHECK(conclusion.suites[1].error->message == "the Engine does not answer");
  CHECK(world.checked_out.empty());
  CHECK(world.records.empty());
}

TEST_CASE("one failure does not hide another, and the order is that of the needs") {
  SuiteWorld world;
  for (const auto* name : {"c", "a", "b"}) {
    world.add(name);
  }
  world.answer = [](const SuiteRequest&) { return failed(); };
  const auto conclusion = world.run();
  REQUIRE(conclusion.suites.size() == 3);
  CHECK(conclusion.suites[0].need.suite.name == "c");
  CHECK(conclusion.suites[1].need.suite.name == "a");
  CHECK(conclusion.suites[2].need.suite.name == "b");
  CHECK(world.ran().size() == 3);
}

TEST_CASE("an interrupt ends all, and what was not run is not allowed") {
  SuiteWorld world;
  world.judgement.run.parallel = 1;
  world.add("a").retries = 2;
  world.add("b");
  world.answer = [](const SuiteRequest&) { return fail(ErrorKind::interrupted, "interrupted"); };
  const auto conclusion = world.run();
  CHECK(world.ran() == std::vector<std::string>{"a"});
  CHECK_FALSE(conclusion.allowed());
  for (const auto& suite : conclusion.suites) {
    REQUIRE(suite.error);
    CHECK(suite.error->kind == ErrorKind::interrupted);
    CHECK_FALSE(suite.stopped);
  }
  REQUIRE(world.records.size() == 1);
  CHECK(world.records[0].outcome == RunRecord::Outcome::interrupted);
}

TEST_CASE("a pass that can't be written down is no pass") {
  SuiteWorld world;
  world.verdicts().fill_disk();
  world.add("a");
  const auto conclusion = world.run();
  CHECK_FALSE(conclusion.allowed());
  REQUIRE(conclusion.suites[0].error);
  CHECK(conclusion.suites[0].error->message == "cannot write: No space left on device");
}

TEST_CASE("a pass on retry is flaky, and each attempt has a checkout and a log of its own") {
  SuiteWorld world;
  world.add("a").retries = 2;
  world.answer = [&](const SuiteRequest&) { return with(world.requests.size() == 1 ? Outcome::timed_out : Outcome::passed); };
  const auto conclusion = world.run();
  CHECK(conclusion.allowed());
  CHECK(conclusion.suites[0].is_flaky());
  CHECK(conclusion.suites[0].attempts == 2);
  REQUIRE(world.requests.size() == 2);
  CHECK(world.requests[0].tree != world.requests[1].tree);
  CHECK(world.requests[0].log != world.requests[1].log);
  CHECK(conclusion.suites[0].logs == std::vector<std::filesystem::path>{world.requests[1].log, world.requests[0].log});
  CHECK(world.records.at(0).logs == std::vector<std::filesystem::path>{world.requests[0].log, world.requests[1].log});
  CHECK(world.most_folders == 1);
  CHECK(world.records.at(0).attempts == 2);
  CHECK(world.was_told("a: checking out " + oid("commit").brief() + ", for attempt 2 of 3"));
  CHECK(world.was_told("a passed on attempt 2"));
}

TEST_CASE("attempts come to an end, and what is refused is not tried again") {
  for (const auto outcome : {Outcome::failed, Outcome::refused}) {
    SuiteWorld world;
    world.add("a").retries = 2;
    world.answer = [&](const SuiteRequest&) { return with(outcome); };
    const auto conclusion = world.run();
    CHECK(conclusion.suites[0].attempts == (outcome == Outcome::failed ? 3U : 1U));
    CHECK_FALSE(conclusion.suites[0].is_flaky());
  }
}

TEST_CASE("the suite's variables are filled in, and one that is not set is no verdict either way") {
  SuiteWorld world;
  world.add("a").env = {{"URL", "db://{env:HOST}/x"}, {"CI", "1"}};
  world.add("b").env = {{"TOKEN", "{env:SECRET}"}};
  world.variables = {{"HOST", "example.org"}};
  const auto conclusion = world.run();
  REQUIRE(world.requests.size() == 1);
  CHECK(world.requests[0].env == std::map<std::string, std::string>{{"URL", "db://example.org/x"}, {"CI", "1"}});
  CHECK(conclusion.suites[0].passed());
  REQUIRE(conclusion.suites[1].error);
  CHECK(conclusion.suites[1].error->kind == ErrorKind::could_not_run);
  CHECK(conclusion.suites[1].error->message == "suite \"b\" needs the variable SECRET, which is not set");
  CHECK(conclusion.suites[1].error->remedy.rfind("export SECRET=", 0) == 0);
}

TEST_CASE("a variable's value is in the key of the verdict") {
  SuiteWorld world;
  Suite& added = world.add("a");
  added.env = {{"HOST", "{env:HOST}"}};
  const Suite suite = added;
  world.variables = {{"HOST", "one"}};
  world.run();
  CHECK(world.verdicts().find(verdict_key(oid("tree"), suite, "linux/amd64", {{{"HOST", "one"}}, ""}), oid("tree")));
}

TEST_CASE("a suite with paths sees these only, and its verdict is theirs") {
  SuiteWorld world;
  world.add("a").paths = {"api"};
  world.answer = [](const SuiteRequest& request) {
    CHECK(request.id_of("api"));
    return passed();
  };
  const auto conclusion = world.run();
  const Need& need = conclusion.suites[0].need;
  REQUIRE(world.checked_out.size() == 1);
  CHECK(world.checked_out[0] == need.suite.seen_paths());
  CHECK(need.seen != need.tree);
  const auto verdict = world.verdicts().find(need.key, need.seen);
  REQUIRE(verdict);
  CHECK(verdict->tree == need.seen);
}

TEST_CASE("an image named by a tag: the verdict is that of the image which ran, and is found by it") {
  SuiteWorld world;
  FakeImages images;
  world.images = &images;
  world.add("a").source = ImageSource{"python:3.8"};
  CHECK(world.run().suites[0].passed());
  const Need& need = world.judgement.needs[0];
  CHECK_FALSE(world.verdicts().find(need.key, need.seen));
  CHECK(world.verdicts().find(verdict_key(need.seen, need.suite, "linux/amd64", {{}, "sha256:tested"}), need.seen));

  CHECK_FALSE(world.run().suites[0].reused); // the Engine does not have it
  images.id = std::optional<std::string>("sha256:tested");
  CHECK(world.run().suites[0].reused);
  images.id = std::optional<std::string>("sha256:another");
  CHECK_FALSE(world.run().suites[0].reused);
  images.id = could_not_run("the Engine does not answer");
  CHECK_FALSE(world.run().suites[0].reused);
}

TEST_CASE("a suite that is not reusable takes no turn, finds no verdict and leaves none") {
  SuiteWorld world;
  world.add("a").reusable = false;
  CHECK(world.run().allowed());
  CHECK(world.run().allowed());
  CHECK(world.requests.size() == 2);
  CHECK(world.gates().turns_given == 0);
  CHECK(world.verdicts().size() == 0);
}

TEST_CASE("a verdict whose image is lost does not count, and one that came since does") {
  SuiteWorld world;
  world.add("a");
  world.run();
  world.judgement.needs[0].lost_image = "sha256:tested";
  CHECK_FALSE(world.run().suites[0].reused);
  world.judgement.needs[0].lost_image = "sha256:older";
  CHECK(world.run().suites[0].reused);
}

TEST_CASE("a verdict that is too old by the time of the turn does not count") {
  SuiteWorld world;
  world.add("a").max_age = std::chrono::hours(1);
  world.run();
  Need& need = world.judgement.needs[0];
  CHECK(world.run().suites[0].reused);
  SuiteWorld later;
  later.add("a").max_age = std::chrono::hours(1);
  auto old = verdict_of(need, need.key);
  old.finished -= std::chrono::hours(2);
  REQUIRE(later.verdicts().store(old));
  CHECK_FALSE(later.run().suites[0].reused);
}

TEST_CASE("the history is told of each run, and one that can't be written is said and no more") {
  SuiteWorld world;
  world.usually = std::chrono::milliseconds(40);
  world.history_error = Error{ErrorKind::could_not_run, "the disk is full", ""};
  world.add("a");
  const auto conclusion = world.run();
  CHECK(conclusion.allowed());
  REQUIRE(world.records.size() == 1);
  const auto& record = world.records[0];
  CHECK(record.suite == "a");
  CHECK(record.tree == oid("tree"));
  CHECK(record.commit == oid("commit"));
  CHECK(record.outcome == RunRecord::Outcome::passed);
  CHECK(record.logs == conclusion.suites[0].logs);
  CHECK(conclusion.judgement.notices == std::vector<std::string>{"the run of suite a was not written into the history: the disk is full"});
  CHECK(world.was_told("a usually 40"));
}
