#include "report/run_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/duration.hpp"
#include "report/clean.hpp"
#include "report/time_text.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

using Outcome = RunRecord::Outcome;

constexpr std::size_t k_columns = 6;
using Row = std::array<std::string, k_columns>;

bool is_flaky(const RunRecord& run) { return run.outcome == Outcome::passed && run.attempts > 1; }

Tone tone_of(const RunRecord& run) {
  if (is_flaky(run)) {
    return Tone::bad;
  }
  return run.outcome == Outcome::passed ? Tone::good : run.outcome == Outcome::interrupted ? Tone::plain : Tone::bad;
}

std::string in_attempts(const RunRecord& run) { return run.attempts > 1 ? " (" + std::to_string(run.attempts) + " attempts)" : ""; }

Row row_of(const RunRecord& run) {
  return {run.id, second_text(run.began), clean_line(run.suite), result_in_words(run), format_duration(run.duration), run.commit.brief()};
}

// 0: the name does not say it.
unsigned shard_in(const std::filesystem::path& log, unsigned shards) {
  std::string name = log.stem();
  const auto attempt = name.rfind("-attempt-");
  if (attempt != std::string::npos && name.find('-', attempt + std::string_view("-attempt-").size()) == std::string::npos) {
    name.resize(attempt);
  }
  const std::string end = "-" + std::to_string(shards);
  if (name.size() <= end.size() || name.compare(name.size() - end.size(), end.size(), end) != 0) {
    return 0;
  }
  const auto dash = name.rfind('-', name.size() - end.size() - 1);
  unsigned shard = 0;
  if (dash != std::string::npos) {
    std::from_chars(name.data() + dash + 1, name.data() + name.size() - end.size(), shard);
  }
  return shard <= shards ? shard : 0;
}

std::string run_field(const std::string& name, std::string_view value) { return "  " + name + std::string(10 - name.size(), ' ') + clean_line(value) + "\n"; }

} // namespace

std::string result_in_words(const RunRecord& run) {
  switch (run.outcome) {
  case Outcome::passed:
    return (is_flaky(run) ? "flaky" : "passed") + in_attempts(run);
  case Outcome::failed:
    return "failed" + in_attempts(run);
  case Outcome::timed_out:
    return "timed out" + in_attempts(run);
  case Outcome::refused:
    return "refused";
  case Outcome::could_not_run:
    return "could not run";
  case Outcome::interrupted:
    break;
  }
  return "interrupted";
}

std::string render_runs(const std::vector<RunRecord>& runs, const TextStyle& style) {
  std::vector<Row> rows = {{"run", "began", "suite", "result", "took", "commit"}};
  std::transform(runs.begin(), runs.end(), std::back_inserter(rows), row_of);
  std::array<std::size_t, k_columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < k_columns; ++i) {
      widths.at(i) = std::max(widths.at(i), row.at(i).size());
    }
  }
  constexpr std::size_t k_result = 3;
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < k_columns; ++i) {
      const std::string& cell = rows[r].at(i);
      text += r > 0 && i == k_result ? toned(cell, tone_of(runs[r - 1]), style) : cell;
      text += i + 1 < k_columns ? std::string(widths.at(i) - cell.size() + 2, ' ') : "\n";
    }
  }
  return text;
}

std::string render_run(const RunRecord& run, const TextStyle& style) {
  std::string text = "run " + run.id + ": suite " + clean_line(run.suite) + " " + toned(result_in_words(run), tone_of(run), style) + "\n";
  text += run_field("began", second_text(run.began));
  text += run_field("took", format_duration(run.duration));
  text += run.attempts > 1 ? run_field("attempts", std::to_string(run.attempts)) : "";
  text += run.shards > 1 ? run_field("shards", std::to_string(run.shards)) : "";
  text += run_field("commit", run.commit.hex());
  text += run_field("tree", run.tree.hex());
  return text + (run.reason.empty() ? "" : run_field("reason", run.reason));
}

std::vector<LogPlace> places_of(const std::vector<std::filesystem::path>& logs, unsigned shards) {
  std::vector<LogPlace> places(logs.size());
  for (std::size_t i = 0; i < logs.size() && shards > 1; ++i) {
    const unsigned said = shard_in(logs[i], shards);
    places[i].shard = said > 0 ? said : std::min(static_cast<unsigned>(i) + 1, shards);
  }
  for (std::size_t i = 0; i < logs.size(); ++i) {
    for (std::size_t j = 0; j < logs.size(); ++j) {
      places[i].attempt += places[i].shard == places[j].shard && logs[j].filename() < logs[i].filename() ? 1 : 0;
    }
  }
  return places;
}

std::string render_log_heading(const RunRecord& run, std::size_t log) {
  const auto places = places_of(run.logs, run.shards);
  const bool has_more = std::any_of(places.begin(), places.end(), [](const LogPlace& place) { return place.attempt > 1; });
  const std::string shard = run.shards > 1 ? " of shard " + std::to_string(places.at(log).shard) : "";
  const std::string attempt = has_more ? (shard.empty() ? " of" : ",") + std::string(" attempt ") + std::to_string(places.at(log).attempt) : "";
  return "\n--- log" + shard + attempt + ": " + clean_line(run.logs.at(log).string()) + "\n";
}

std::vector<std::string> flaky_lately(const std::vector<SuiteResult>& suites, const std::vector<RunRecord>& newest) {
  constexpr unsigned k_lately = 20;
  std::vector<std::string> said;
  for (const auto& result : suites) {
    const bool is_asked = !result.reused && !result.stopped && !result.error && (result.is_flaky() || !result.passed());
    unsigned runs = 0;
    unsigned flaky = 0;
    for (const auto& run : newest) {
      if (is_asked && run.suite == result.need.suite.name && runs < k_lately) {
        ++runs;
        flaky += is_flaky(run) ? 1 : 0;
      }
    }
    // That it was so once, now, is said with the result.
    if (flaky > (result.is_flaky() ? 1U : 0U)) {
      said.push_back("suite " + result.need.suite.name + " was flaky in " + std::to_string(flaky) + " of its last " + std::to_string(runs) + " runs: gate log --suite " +
                     result.need.suite.name);
    }
  }
  return said;
}

} // namespace gate
