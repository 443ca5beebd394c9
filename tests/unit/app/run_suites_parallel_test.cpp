#include <catch2/catch.hpp>

#include <thread>

#include "support/suite_world.hpp"

using namespace gate;
using gate::test::failed;
using gate::test::Meeting;
using gate::test::oid;
using gate::test::passed;
using gate::test::SharedGates;
using gate::test::SuiteWorld;
using gate::test::with;
using Outcome = SuiteRun::Outcome;

namespace {

constexpr std::int64_t k_gib = std::int64_t{1} << 30U;

// How many are in at once, at most.
class Count {
public:
  void enter() {
    const std::lock_guard held(m_mutex);
    most = std::max(most, ++m_now);
  }
  void leave() {
    const std::lock_guard held(m_mutex);
    --m_now;
  }
  unsigned most = 0;

private:
  std::mutex m_mutex;
  unsigned m_now = 0;
};

// Until the run is told to end; false when it is not within some seconds.
Result<SuiteRun> until_stopped(const SuiteRequest& request) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!*request.stop && std::chrono::steady_clock::now() < limit) {
    std::this_thread::yield();
  }
  return fail(ErrorKind::interrupted, "interrupted");
}

} // namespace

TEST_CASE("suites run side by side, each in a folder of its own, and every port is used by one at a time") {
  SuiteWorld world;
  Meeting meeting(4);
  for (const auto* name : {"a", "b", "c", "d"}) {
    world.add(name);
  }
  world.answer = [&](const SuiteRequest&) { return meeting.arrive() ? passed() : failed(); };
  CHECK(world.run().allowed());
  std::set<std::filesystem::path> folders;
  for (const auto& request : world.requests) {
    folders.insert(request.tree);
  }
  CHECK(folders.size() == 4);
  CHECK(world.most_folders == 4);
  CHECK(world.verdicts().size() == 4);
  CHECK_FALSE(world.ports.was_crowded());
  CHECK_FALSE(world.removals.was_crowded());
  CHECK_FALSE(world.progress.was_crowded());
}

TEST_CASE("the results are in the order of the needs, whichever ends first") {
  SuiteWorld world;
  Meeting second_is_over(2);
  world.add("a");
  world.add("b");
  world.answer = [&](const SuiteRequest& request) {
    if (request.shown == "a") {
      second_is_over.arrive();
    } else {
      std::thread([&] { second_is_over.arrive(); }).join();
    }
    return with(request.shown == "a" ? Outcome::passed : Outcome::failed);
  };
  const auto conclusion = world.run();
  CHECK(conclusion.suites[0].passed());
  CHECK_FALSE(conclusion.suites[1].passed());
}

TEST_CASE("no more at once than the policy says, or the machine has cores") {
  for (const bool is_said : {true, false}) {
    SuiteWorld world;
    Count count;
    if (is_said) {
      world.judgement.run.parallel = 2;
    } else {
      world.machine = EngineMachine{2, 0};
    }
    for (int i = 0; i < 12; ++i) {
      world.add("s" + std::to_string(i));
    }
    world.answer = [&](const SuiteRequest&) {
      count.enter();
      std::this_thread::yield();
      count.leave();
      return passed();
    };
    CHECK(world.run().allowed());
    CHECK(count.most <= 2);
  }
}

TEST_CASE("what runs at once fits into the machine's memory, and what does not fit at all runs alone") {
  SuiteWorld world;
  world.machine = EngineMachine{8, 4 * k_gib};
  std::mutex mutex;
  std::int64_t used = 0;
  bool was_over = false;
  for (int i = 0; i < 12; ++i) {
    world.add("s" + std::to_string(i)).limits.memory = (i % 4 == 3 ? 6 : i % 4 + 1) * k_gib;
  }
  world.answer = [&](const SuiteRequest& request) {
    const auto own = *request.suite.limits.memory;
    {
      const std::lock_guard held(mutex);
      was_over = was_over || (used > 0 && used + own > 4 * k_gib);
      used += own;
    }
    std::this_thread::yield();
    const std::lock_guard held(mutex);
    used -= own;
    return passed();
  };
  CHECK(world.run().allowed());
  CHECK_FALSE(was_over);
  CHECK(world.requests.size() == 12);
}

TEST_CASE("a suite that names no memory is taken to need its share of the machine's") {
  SuiteWorld world;
  world.machine = EngineMachine{4, 4 * k_gib};
  std::mutex mutex;
  std::int64_t used = 0;
  bool was_over = false;
  for (int i = 0; i < 12; ++i) {
    Suite& suite = world.add("s" + std::to_string(i));
    if (i % 4 == 1) {
      suite.limits.memory = 3 * k_gib;
    } else if (i % 4 == 2) {
      suite.source = ComposeSource{{"compose.yml"}, "api", {}};
    }
  }
  world.answer = [&](const SuiteRequest& request) {
    const auto own = request.suite.limits.memory.value_or(k_gib);
    {
      const std::lock_guard held(mutex);
      used += own;
      was_over = was_over || used > 4 * k_gib;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard held(mutex);
    used -= own;
    return passed();
  };
  CHECK(world.run().allowed());
  CHECK_FALSE(was_over);
}

TEST_CASE("as many as the policy says run at once, where none names its memory") {
  SuiteWorld world;
  world.machine = EngineMachine{2, 4 * k_gib};
  world.judgement.run.parallel = 3;
  Meeting meeting(3);
  for (const auto* name : {"a", "b", "c"}) {
    world.add(name);
  }
  world.answer = [&](const SuiteRequest&) { return meeting.arrive() ? passed() : failed(); };
  CHECK(world.run().allowed());
}

TEST_CASE("a folder is taken away when the result is told and kept, and nobody waits for it") {
  SuiteWorld world;
  world.judgement.run.parallel = 2;
  world.add("a");
  world.add("b");
  Meeting a_goes_away(2);
  Meeting b_could_read(2);
  std::atomic<bool> is_first{true};
  bool was_kept = false;
  bool was_free = false;
  world.on_removal = [&] {
    if (is_first.exchange(false)) {
      was_kept = world.was_told("a passed") && world.verdicts().size() == 1;
      a_goes_away.arrive();
      was_free = b_could_read.arrive();
    }
  };
  world.answer = [&](const SuiteRequest& request) {
    if (request.shown == "b") {
      a_goes_away.arrive();
      request.id_of("");
      b_could_read.arrive();
    }
    return passed();
  };
  CHECK(world.run().allowed());
  CHECK(was_kept);
  CHECK(was_free);
}

TEST_CASE("suites of one name are told apart by their commits, and by a number where these are the same") {
  SuiteWorld world;
  const auto add = [&](const std::string& commit, const std::string& tree) -> Suite& {
    world.add("api");
    world.judgement.needs.back().commit = oid(commit);
    world.judgement.needs.back().tree = oid(tree);
    return world.judgement.needs.back().suite;
  };
  world.judgement.run.parallel = 1;
  add("one", "tree one");
  add("two", "tree two").shards = 2;
  add("one", "tree one").timeout = std::chrono::seconds(7);
  world.add("other");
  CHECK(world.run().allowed());
  const std::string one = "api " + oid("one").brief();
  const std::string two = "api " + oid("two").brief();
  const auto ran = world.ran();
  CHECK(std::set<std::string>(ran.begin(), ran.end()) == std::set<std::string>{one, one + " (2)", two + " 1/2", two + " 2/2", "other"});
}

TEST_CASE("shards that passed in different images make no verdict") {
  SuiteWorld world;
  world.add("api").shards = 2;
  world.answer = [](const SuiteRequest& request) {
    auto run = passed();
    run.image_id = "sha256:of " + request.shown;
    return run;
  };
  const auto conclusion = world.run();
  CHECK_FALSE(conclusion.allowed());
  REQUIRE(conclusion.suites[0].error);
  CHECK(conclusion.suites[0].error->kind == ErrorKind::could_not_run);
  CHECK(conclusion.suites[0].error->message.rfind("the shards of suite \"api\" ran in different images", 0) == 0);
  CHECK(world.verdicts().size() == 0);
  CHECK(world.records.at(0).outcome == RunRecord::Outcome::could_not_run);
}

TEST_CASE("each shard is told which it is, and all of them make one verdict") {
  SuiteWorld world;
  Suite& suite = world.add("api");
  suite.shards = 3;
  suite.env = {{"CI", "1"}};
  world.judgement.needs[0].is_published = true;
  world.judgement.needs[0].published_services = {"nginx"};
  Meeting meeting(3);
  world.answer = [&](const SuiteRequest& request) {
    auto run = meeting.arrive() ? passed() : failed();
    for (const auto& service : request.keep_services) {
      run.images[service] = "sha256:of " + service;
    }
    return run;
  };
  const auto conclusion = world.run();
  CHECK(conclusion.allowed());
  const std::map<std::string, std::string> kept{{"nginx", "sha256:of nginx"}};
  CHECK(conclusion.suites[0].run.images == kept);
  CHECK(world.verdicts().find(conclusion.suites[0].need.key, conclusion.suites[0].need.seen)->images == kept);
  CHECK(world.verdicts().size() == 1);
  CHECK(world.records.size() == 1);
  CHECK(world.records[0].shards == 3);
  CHECK(world.records[0].logs.size() == 3);
  CHECK(world.gates().turns_given == 1);
  for (const auto& request : world.requests) {
    const std::string number = request.env.at("GATE_SHARD");
    CHECK(request.shown == "api " + number + "/3");
    CHECK(request.env == std::map<std::string, std::string>{{"CI", "1"}, {"GATE_SHARD", number}, {"GATE_SHARDS", "3"}});
    CHECK(request.log.string().find("-api-" + number + "-3") != std::string::npos);
    CHECK(request.keep_as.empty() == (number != "1"));
    CHECK(request.keep_services.empty() == (number != "1"));
  }
}

TEST_CASE("only the shard that failed runs again, and one that goes on failing fails the suite") {
  for (const bool goes_on : {false, true}) {
    SuiteWorld world;
    Suite& suite = world.add("api");
    suite.shards = 3;
    suite.retries = 1;
    std::map<std::string, int> runs;
    std::mutex mutex;
    world.answer = [&](const SuiteRequest& request) {
      const std::lock_guard held(mutex);
      const int count = ++runs[request.shown];
      return request.shown == "api 2/3" && (count == 1 || goes_on) ? failed() : passed();
    };
    const auto conclusion = world.run();
    const auto& result = conclusion.suites[0];
    CHECK(runs == std::map<std::string, int>{{"api 1/3", 1}, {"api 2/3", 2}, {"api 3/3", 1}});
    CHECK(result.passed() != goes_on);
    CHECK(result.attempts == 2);
    REQUIRE(result.logs.size() == 4);
    CHECK(result.logs[0].string().find("-api-2-3-attempt-2") != std::string::npos);
    CHECK(result.logs[1].string().find("-api-2-3") != std::string::npos);
    CHECK(result.logs[1].string().find("attempt") == std::string::npos);
    CHECK(world.records[0].logs.size() == 4);
    CHECK(result.shard == 2);
    CHECK(world.verdicts().size() == (goes_on ? 0 : 1));
  }
}

TEST_CASE("a failure says more than a shard that could not run") {
  SuiteWorld world;
  world.add("api").shards = 2;
  world.answer = [](const SuiteRequest& request) { return request.shown == "api 1/2" ? could_not_run("the Engine is gone") : Result<SuiteRun>(failed()); };
  const auto conclusion = world.run();
  CHECK_FALSE(conclusion.suites[0].error);
  CHECK(conclusion.suites[0].run.reason == "so it is told");
}

TEST_CASE("where the policy says so, the first failure ends the others, which have not failed themselves") {
  SuiteWorld world;
  world.judgement.run = {2, true};
  for (const auto* name : {"bad", "long", "late"}) {
    world.add(name).retries = 2;
  }
  Meeting both(2);
  world.answer = [&](const SuiteRequest& request) {
    both.arrive();
    return request.shown == "long" ? until_stopped(request) : failed();
  };
  const auto conclusion = world.run();
  CHECK(world.ran().size() == 3 + 1);
  CHECK_FALSE(conclusion.allowed());
  CHECK_FALSE(conclusion.suites[0].stopped);
  CHECK(conclusion.suites[0].run.outcome == Outcome::failed);
  CHECK(conclusion.suites[0].attempts == 3);
  CHECK(conclusion.suites[1].stopped);
  CHECK_FALSE(conclusion.suites[1].error);
  CHECK(conclusion.suites[1].attempts == 1);
  CHECK(conclusion.suites[2].stopped);
  CHECK(conclusion.suites[2].attempts == 0);
  CHECK(world.verdicts().size() == 0);
  CHECK(world.records.size() == 2);
}

TEST_CASE("otherwise a failure ends nothing") {
  SuiteWorld world;
  world.judgement.run.parallel = 1;
  world.add("bad");
  world.add("good");
  world.answer = [](const SuiteRequest& request) { return request.shown == "bad" ? failed() : passed(); };
  const auto conclusion = world.run();
  CHECK(conclusion.suites[1].passed());
  CHECK(world.verdicts().size() == 1);
}

TEST_CASE("an interrupt of one run ends all that go on") {
  SuiteWorld world;
  world.add("a");
  world.add("b");
  Meeting both(2);
  world.answer = [&](const SuiteRequest& request) -> Result<SuiteRun> {
    both.arrive();
    return request.shown == "a" ? fail(ErrorKind::interrupted, "interrupted") : until_stopped(request);
  };
  const auto conclusion = world.run();
  for (const auto& suite : conclusion.suites) {
    REQUIRE(suite.error);
    CHECK(suite.error->kind == ErrorKind::interrupted);
    CHECK_FALSE(suite.stopped);
  }
}

TEST_CASE("who waits for another gate says so, and takes what that one found") {
  SharedGates gates;
  SuiteWorld first(gates);
  SuiteWorld second(gates);
  first.add("a");
  second.add("a");
  Meeting first_runs(2);
  Meeting second_waits(2);
  first.answer = [&](const SuiteRequest&) {
    first_runs.arrive();
    return second_waits.arrive() ? passed() : failed();
  };
  bool has_waited = false;
  second.on_waiting = [&] {
    if (!has_waited) {
      has_waited = true;
      second_waits.arrive();
    }
  };
  std::thread other([&] { first.run(); });
  first_runs.arrive();
  const auto conclusion = second.run();
  other.join();
  CHECK(conclusion.suites[0].reused);
  CHECK(conclusion.suites[0].need.verdict);
  CHECK(second.requests.empty());
  CHECK(second.records.empty());
  CHECK(second.was_told("a: waiting for another gate that tests the same tree"));
  CHECK(second.was_told("a passed elsewhere"));
}

TEST_CASE("who waits for another gate takes over that it failed, and no verdict comes of it") {
  for (const auto outcome : {Outcome::failed, Outcome::timed_out}) {
    SharedGates gates;
    SuiteWorld first(gates);
    SuiteWorld second(gates);
    first.add("a").retries = 1;
    second.add("a").retries = 1;
    Meeting first_runs(2);
    Meeting second_waits(2);
    first.answer = [&](const SuiteRequest&) {
      first_runs.arrive();
      second_waits.arrive();
      return with(outcome);
    };
    bool has_waited = false;
    second.on_waiting = [&] {
      // The second time it has seen what the history held.
      if (has_waited) {
        second_waits.arrive();
      }
      has_waited = true;
    };
    Conclusion of_first;
    std::thread other([&] { of_first = first.run(); });
    first_runs.arrive();
    const auto conclusion = second.run();
    other.join();
    const auto& result = conclusion.suites[0];
    CHECK_FALSE(conclusion.allowed());
    CHECK_FALSE(result.reused);
    CHECK_FALSE(result.error);
    CHECK(result.run.outcome == outcome);
    CHECK(result.run.reason == "another gate ran it just now: so it is told");
    CHECK(result.attempts == 2);
    CHECK(result.logs.size() == 2);
    CHECK(result.logs == of_first.suites[0].logs);
    CHECK(second.requests.empty());
    CHECK(second.records.empty());
    CHECK(gates.verdicts.size() == 0);
    CHECK(gates.taken.empty());
    CHECK(second.was_told("a failed elsewhere"));
  }
}

TEST_CASE("a failure from before the wait, of another tree, or of a run that was no failure, is not taken over") {
  const auto record = [](const std::string& tree, RunRecord::Outcome outcome) {
    RunRecord run;
    run.id = tree + std::to_string(static_cast<int>(outcome));
    run.suite = "a";
    run.tree = oid(tree);
    run.commit = oid("commit");
    run.outcome = outcome;
    return run;
  };
  const auto before = record("tree", RunRecord::Outcome::failed);
  for (const auto& meanwhile : {record("another tree", RunRecord::Outcome::failed), record("tree", RunRecord::Outcome::interrupted)}) {
    SharedGates gates;
    SuiteWorld world(gates);
    world.add("a");
    gates.history = {before};
    const auto key = verdict_key(oid("tree"), world.judgement.needs[0].suite, "linux/amd64").hex();
    gates.taken.insert(key);
    int waits = 0;
    world.on_waiting = [&] {
      if (++waits == 2) {
        const std::lock_guard held(gates.mutex);
        gates.history.push_back(meanwhile);
        gates.taken.erase(key);
      }
    };
    CHECK(world.run().allowed());
    CHECK(world.requests.size() == 1);
  }
}

TEST_CASE("who waits for another gate is stopped like who runs") {
  SharedGates gates;
  SuiteWorld world(gates);
  world.judgement.run = {2, true};
  world.add("bad");
  world.add("taken");
  gates.taken.insert(verdict_key(oid("tree"), world.judgement.needs[1].suite, "linux/amd64").hex());
  Meeting waits(2);
  bool has_waited = false;
  world.on_waiting = [&] {
    if (!has_waited) {
      has_waited = true;
      waits.arrive();
    }
  };
  world.answer = [&](const SuiteRequest&) {
    waits.arrive();
    return failed();
  };
  const auto conclusion = world.run();
  CHECK(conclusion.suites[0].run.outcome == Outcome::failed);
  CHECK(conclusion.suites[1].stopped);
}

TEST_CASE("who has a turn runs all its shards before it waits for another one") {
  SharedGates gates;
  SuiteWorld first(gates);
  SuiteWorld second(gates);
  Meeting both_run(2);
  std::atomic<int> allowed{0};
  const auto run = [&](SuiteWorld& world, const std::string& own, const std::string& others) {
    world.judgement.run.parallel = 1;
    world.add(own).shards = 2;
    world.add(others).shards = 2;
    world.answer = [&](const SuiteRequest&) { return both_run.arrive() ? passed() : failed(); };
    allowed += world.run().allowed() ? 1 : 0;
  };
  std::thread other([&] { run(first, "a", "b"); });
  run(second, "b", "a");
  other.join();
  CHECK(allowed == 2);
}

TEST_CASE("50 gates at once test each tree once") {
  SharedGates gates;
  std::vector<std::unique_ptr<SuiteWorld>> worlds;
  std::mutex mutex;
  std::map<std::string, int> runs;
  for (int i = 0; i < 50; ++i) {
    worlds.push_back(std::make_unique<SuiteWorld>(gates));
    auto& world = *worlds.back();
    world.machine = EngineMachine{2, 0};
    // In another order each.
    for (int n = 0; n < 4; ++n) {
      world.add("s" + std::to_string((n + i) % 4)).shards = 1 + static_cast<unsigned>((n + i) % 2);
    }
    world.answer = [&](const SuiteRequest& request) {
      const std::lock_guard held(mutex);
      ++runs[request.shown];
      return passed();
    };
  }
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (auto& world : worlds) {
    threads.emplace_back([&allowed, &world] { allowed += world->run().allowed() ? 1 : 0; });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(allowed == 50);
  CHECK(runs == std::map<std::string, int>{{"s0", 1}, {"s1 1/2", 1}, {"s1 2/2", 1}, {"s2", 1}, {"s3 1/2", 1}, {"s3 2/2", 1}});
}

TEST_CASE("no image is kept of a suite of which nothing is published") {
  SuiteWorld world;
  world.add("api");
  CHECK(world.run().allowed());
  REQUIRE(world.requests.size() == 1);
  CHECK(world.requests[0].keep_as.empty());
  CHECK(world.requests[0].keep_services.empty());
}
