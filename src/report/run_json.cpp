#include "report/run_json.hpp"

#include <nlohmann/json.hpp>

#include "report/run_text.hpp"
#include "report/time_text.hpp"

namespace gate {

namespace {

using Json = nlohmann::ordered_json;

const char* name_of(RunRecord::Outcome outcome) {
  switch (outcome) {
  case RunRecord::Outcome::passed:
    return "passed";
  case RunRecord::Outcome::failed:
    return "failed";
  case RunRecord::Outcome::timed_out:
    return "timed_out";
  case RunRecord::Outcome::refused:
    return "refused";
  case RunRecord::Outcome::could_not_run:
    return "could_not_run";
  case RunRecord::Outcome::interrupted:
    break;
  }
  return "interrupted";
}

Json json_of(const RunWithLogs& given) {
  const RunRecord& run = given.run;
  const auto places = places_of(run.logs, run.shards);
  Json logs = Json::array();
  for (std::size_t i = 0; i < run.logs.size(); ++i) {
    const bool is_there = i < given.sizes.size() && given.sizes[i];
    logs.push_back({{"path", run.logs[i].string()},
                    {"bytes", is_there ? Json(*given.sizes[i]) : Json(nullptr)},
                    {"shard", places[i].shard},
                    {"attempt", places[i].attempt}});
  }
  return {{"run", run.id},
          {"began", rfc3339_text(run.began)},
          {"suite", run.suite},
          {"result", name_of(run.outcome)},
          {"flaky", run.outcome == RunRecord::Outcome::passed && run.attempts > 1},
          {"attempts", run.attempts},
          {"shards", run.shards},
          {"duration_ms", run.duration.count()},
          {"commit", run.commit.hex()},
          {"tree", run.tree.hex()},
          {"reason", run.reason},
          {"logs", std::move(logs)}};
}

} // namespace

std::string to_json(const std::vector<RunWithLogs>& runs) {
  Json list = Json::array();
  for (const auto& run : runs) {
    list.push_back(json_of(run));
  }
  const Json document = {{"schema", "gate-log/1"}, {"runs", std::move(list)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace gate
