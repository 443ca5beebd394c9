// What gate tells people of the runs that it remembers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_suites.hpp"
#include "report/text.hpp"

namespace gate {

/// One word or two: "passed", "flaky (2 attempts)", "failed", "timed out", …
std::string result_in_words(const RunRecord& run);

/// A table, in the order given: id, when it began (UTC), suite, result, duration, commit.
std::string render_runs(const std::vector<RunRecord>& runs, const TextStyle& style);

/// All that is known of one, without its log.
std::string render_run(const RunRecord& run, const TextStyle& style);

/// Which shard, and which attempt of it, a log is of; both from 1.
struct LogPlace {
  unsigned shard = 1;
  unsigned attempt = 1;
};

/// Of each log, by its name (Workspace::log_file): that of a shard ends in "-2-4.log" or "-2-4-attempt-2.log", and since names begin with the
/// time, those of one shard sort by attempt. A log whose name does not say its shard is that of the one at its place.
std::vector<LogPlace> places_of(const std::vector<std::filesystem::path>& logs, unsigned shards);

/// Above one of the run's logs, which are counted from 0: "--- log PATH", "--- log of shard 2, attempt 1: PATH".
std::string render_log_heading(const RunRecord& run, std::size_t log);

/// For suites that have failed now, or passed on a further attempt, and were flaky lately: how often, a sentence each. `newest` are the
/// runs that are remembered, newest first, those of now among them.
std::vector<std::string> flaky_lately(const std::vector<SuiteResult>& suites, const std::vector<RunRecord>& newest);

} // namespace gate
