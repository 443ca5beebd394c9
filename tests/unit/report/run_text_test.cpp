#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "report/run_json.hpp"
#include "report/run_text.hpp"

using namespace gate;
using Outcome = RunRecord::Outcome;
using std::chrono::milliseconds;

namespace {

RunRecord a_run(const std::string& id, Outcome outcome, unsigned attempts = 1) {
  RunRecord run;
  run.id = id;
  run.suite = "api";
  run.commit = *Oid::parse("1a2b3c4d" + std::string(32, '0'));
  run.tree = *Oid::parse(std::string(40, 'b'));
  run.outcome = outcome;
  run.began = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  run.duration = milliseconds(12'400);
  run.attempts = attempts;
  return run;
}

SuiteResult result_of(Outcome outcome, unsigned attempts) {
  Suite suite;
  suite.name = "api";
  const Oid oid;
  SuiteResult result{{suite, oid, oid, oid, Digest::of(""), {}, {}}, false, {}, {}, {}};
  result.run.outcome = outcome == Outcome::passed ? SuiteRun::Outcome::passed : SuiteRun::Outcome::failed;
  result.attempts = attempts;
  return result;
}

} // namespace

TEST_CASE("remembered runs are a table") {
  auto timed_out = a_run("9", Outcome::timed_out, 3);
  timed_out.suite = "integration\x1b[2J";
  CHECK(render_runs({a_run("10", Outcome::passed, 2), timed_out, a_run("8", Outcome::could_not_run)}, {false, ""}) ==
        "run  began                    suite               result                  took  commit\n"
        "10   2023-11-14 22:13:20 UTC  api                 flaky (2 attempts)      12 s  1a2b3c4d\n"
        "9    2023-11-14 22:13:20 UTC  integration\\x1b[2J  timed out (3 attempts)  12 s  1a2b3c4d\n"
        "8    2023-11-14 22:13:20 UTC  api                 could not run           12 s  1a2b3c4d\n");
}

TEST_CASE("all that is known of a run is told, and cleaned") {
  auto run = a_run("10", Outcome::failed, 2);
  run.shards = 4;
  run.reason = "\x1b[31mit ended with 1";
  run.logs = {"/a/1.log", "/a/2\n.log"};
  CHECK(render_run(run, {false, ""}) == "run 10: suite api failed (2 attempts)\n"
                                        "  began     2023-11-14 22:13:20 UTC\n"
                                        "  took      12 s\n"
                                        "  attempts  2\n"
                                        "  shards    4\n"
                                        "  commit    1a2b3c4d" + std::string(32, '0') + "\n"
                                        "  tree      " + std::string(40, 'b') + "\n"
                                        "  reason    \\x1b[31mit ended with 1\n");
  CHECK(render_log_heading(run, 1) == "\n--- log of shard 2: /a/2\\x0a.log\n");
}

TEST_CASE("a log is named by its shard and attempt") {
  auto run = a_run("10", Outcome::passed, 2);
  run.logs = {"/a/20260101T000002Z-7-0002-aaaaaaaa-api-2-4-attempt-2.log", "/a/20260101T000001Z-7-0001-aaaaaaaa-api-2-4.log"};
  CHECK(render_log_heading(run, 0).rfind("\n--- log of attempt 2: /a/", 0) == 0); // the suite's name is "api-2-4"
  run.logs.emplace_back("/a/20260101T000001Z-7-0003-aaaaaaaa-api-11-4.log");
  run.logs.emplace_back("/a/20260101T000001Z-7-0004-aaaaaaaa-api-4-4.log");
  run.shards = 4;
  CHECK(render_log_heading(run, 0).rfind("\n--- log of shard 2, attempt 2: /a/", 0) == 0);
  CHECK(render_log_heading(run, 1).rfind("\n--- log of shard 2, attempt 1: /a/", 0) == 0);
  CHECK(render_log_heading(run, 2).rfind("\n--- log of shard 3, attempt 1: /a/", 0) == 0); // no name that gate gives: by its place
  CHECK(render_log_heading(run, 3).rfind("\n--- log of shard 4, attempt 1: /a/", 0) == 0);
}

TEST_CASE("how often a suite was flaky lately is said when it is so again, or fails") {
  const std::vector<RunRecord> newest = {a_run("4", Outcome::passed, 2), a_run("3", Outcome::passed), a_run("2", Outcome::passed, 3), a_run("1", Outcome::failed, 3)};
  CHECK(flaky_lately({result_of(Outcome::passed, 2)}, newest) == std::vector<std::string>{"suite api was flaky in 2 of its last 4 runs: gate log --suite api"});
  CHECK(flaky_lately({result_of(Outcome::failed, 1)}, newest).size() == 1);
  CHECK(flaky_lately({result_of(Outcome::passed, 1)}, newest).empty());
  CHECK(flaky_lately({result_of(Outcome::passed, 2)}, {a_run("4", Outcome::passed, 2)}).empty());
  CHECK(flaky_lately({result_of(Outcome::failed, 1)}, {}).empty());
}

TEST_CASE("only the last twenty runs of the suite count as lately") {
  std::vector<RunRecord> newest(20, a_run("2", Outcome::passed));
  newest.push_back(a_run("1", Outcome::passed, 2));
  CHECK(flaky_lately({result_of(Outcome::failed, 1)}, newest).empty());
}

TEST_CASE("runs for programs have a stable shape") {
  auto run = a_run("10", Outcome::timed_out, 2);
  run.reason = "slow \xff";
  run.shards = 2;
  run.logs = {"/a/1.log", "/a/2.log"};
  const auto json = nlohmann::json::parse(to_json({{run, {5, std::nullopt}}, {a_run("9", Outcome::passed, 2), {}}}));
  CHECK(json["schema"] == "gate-log/1");
  const auto& first = json["runs"][0];
  CHECK(first["run"] == "10");
  CHECK(first["began"] == "2023-11-14T22:13:20Z");
  CHECK(first["suite"] == "api");
  CHECK(first["result"] == "timed_out");
  CHECK(first["flaky"] == false);
  CHECK(first["attempts"] == 2);
  CHECK(first["shards"] == 2);
  CHECK(first["duration_ms"] == 12'400);
  CHECK(first["commit"] == run.commit.hex());
  CHECK(first["tree"] == run.tree.hex());
  CHECK(first["logs"][0]["bytes"] == 5);
  CHECK(first["logs"][1]["path"] == "/a/2.log");
  CHECK(first["logs"][1]["bytes"].is_null());
  CHECK(first["logs"][1]["shard"] == 2);
  CHECK(first["logs"][1]["attempt"] == 1);
  CHECK(json["runs"][1]["flaky"] == true);
  CHECK(nlohmann::json::parse(to_json({}))["runs"].empty());
}
