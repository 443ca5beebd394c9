#include "report/text.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "report/clean.hpp"
#include "report/run_text.hpp"
#include "report/time_text.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

// "    what  VALUE"; further lines of the value stand below it.
std::string field(const std::string& name, std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const auto end = value.find('\n');
    text += "    " + (text.empty() ? name : std::string(name.size(), ' ')) + clean_line(value.substr(0, end)) + "\n";
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
  }
  return text;
}

std::string refs_of(const Need& need) {
  std::string text;
  for (const auto& ref : need.refs) {
    text += (text.empty() ? "" : ", ") + ref.brief();
  }
  return clean_line(text);
}

std::string argv_of(const Suite& suite) {
  std::string text;
  for (const auto& word : suite.run) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string origin_of(const Violation& violation) { return violation.origin.file.empty() ? "" : "   (" + violation.origin.str() + ")"; }

// Why a rule stands although somebody asked to skip it.
std::string why_not_skipped(const Violation& violation, const BypassRequest& request) {
  const auto& by = violation.bypass.by;
  if (by.empty()) {
    return "nobody may skip this rule: no `bypass` is given for it";
  }
  std::string names;
  for (const auto& name : by) {
    names += (names.empty() ? "" : ", ") + name;
  }
  const std::string place = violation.bypass.place ? "   (" + violation.bypass.place->str() + ")" : "";
  if (request.who.empty()) {
    return "only " + names + " may skip this rule, and who pushes is not known; sign the push: git push --signed -o gate.skip=REASON" + place;
  }
  return "only " + names + " may skip this rule, not " + request.who + place;
}

std::string render_violation(const Violation& violation, const std::optional<BypassRequest>& request, const TextStyle& style) {
  return "\n  " + toned(violation.rule, Tone::bad, style) + "  " + clean_line(violation.ref.full()) + "\n" +
         field("what  ", violation.what) + field("why   ", violation.why + origin_of(violation)) + field("mend  ", violation.remedy) +
         (request ? field("skip  ", why_not_skipped(violation, *request)) : "");
}

// What broke a rule and denies nothing: nothing is let through in silence.
std::string render_let_through(const Judgement& judgement, const TextStyle& style) {
  std::string text;
  for (const auto& violation : judgement.bypassed) {
    const std::string who = !judgement.bypass || judgement.bypass->who.empty() ? "somebody who is not known" : judgement.bypass->who;
    text += "gate: " + toned("bypassed", Tone::bad, style) + ": " + violation.rule + " on " +
            clean_line(violation.ref.full() + ": " + violation.what + ", by " + who + ": " + (judgement.bypass ? judgement.bypass->reason : "")) +
            "\n";
  }
  if (judgement.told.empty()) {
    return text;
  }
  text += "gate: would be refused, once these rules are enforced\n";
  for (const auto& violation : judgement.told) {
    text += render_violation(violation, std::nullopt, style);
  }
  return text + "\n";
}

std::string render_problem(const Diagnostic& problem, const TextStyle& style) {
  return "  " + clean_line(problem.place.str()) + ": " + toned(clean_line(problem.message), Tone::bad, style) +
         (problem.hint.empty() ? "" : "; " + clean_line(problem.hint)) + "\n";
}

std::string tail_of(const SuiteRun& run) {
  std::string text;
  std::string_view rest = run.tail;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    line.remove_suffix(!line.empty() && line.back() == '\r' ? 1 : 0);
    text += "    | " + clean_line(line) + "\n";
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return text;
}

const char* word_for(const SuiteResult& result) {
  if (result.stopped) {
    return "stopped";
  }
  if (result.error) {
    return result.error->kind == ErrorKind::interrupted ? "interrupted" : "could not run";
  }
  switch (result.run.outcome) {
  case SuiteRun::Outcome::timed_out:
    return "timed out";
  case SuiteRun::Outcome::refused:
    return "refused";
  default:
    return "failed";
  }
}

// "" for the only one that there may be.
std::string attempts_of(const SuiteResult& result) {
  const unsigned most = result.need.suite.retries + 1;
  return most == 1 || result.attempts == 0 ? "" : "on attempt " + std::to_string(result.attempts) + " of " + std::to_string(most);
}

// The one that decided, and those of the attempts before it.
std::string logs_of(const SuiteResult& result) {
  if (result.logs.empty()) {
    return "";
  }
  const auto places = places_of(result.logs, result.need.suite.shards);
  std::string text = result.logs.front().string();
  bool has_other_shards = false;
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (places[i].shard == places.front().shard) {
      text += "\nattempt " + std::to_string(places[i].attempt) + ": " + result.logs[i].string();
    } else {
      has_other_shards = true;
    }
  }
  return field("log   ", text + (has_other_shards ? "\nthose of the other shards: gate log" : ""));
}

// Of a suite that has passed: an attempt that a later one of its shard followed did not.
std::string first_failed_log(const SuiteResult& result) {
  const auto places = places_of(result.logs, result.need.suite.shards);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool has_later = std::any_of(places.begin(), places.end(), [&](const auto& other) { return other.shard == places[i].shard && other.attempt > 1; });
    if (places[i].attempt == 1 && has_later) {
      const std::string shard = result.need.suite.shards > 1 ? " of shard " + std::to_string(places[i].shard) : "";
      return "      log of attempt 1" + shard + ", which failed: " + clean_line(result.logs[i].string()) + "\n";
    }
  }
  return "";
}

std::string shard_of(const SuiteResult& result) {
  return result.shard == 0 ? "" : " " + std::to_string(result.shard) + "/" + std::to_string(result.need.suite.shards);
}

std::string render_failure(const SuiteResult& result, const TextStyle& style) {
  const bool ran = !result.error && !result.stopped && result.run.outcome != SuiteRun::Outcome::refused;
  const std::string attempts = ran ? attempts_of(result) : "";
  const std::string after = ran ? (attempts.empty() ? "" : " " + attempts) + " after " + format_duration(result.run.duration) : "";
  const std::string what = "suite " + result.need.suite.name + shard_of(result) + " " + word_for(result);
  std::string text = "\n  " + toned(what, result.stopped ? Tone::plain : Tone::bad, style) + after + "  on " + result.need.commit.brief() + " (" + refs_of(result.need) + ")\n";
  if (result.error) {
    // A pass that could not be kept has nothing to tell in its log.
    const bool has_log = result.run.outcome != SuiteRun::Outcome::passed && result.error->kind != ErrorKind::interrupted;
    return text + field("what  ", result.error->message) + (has_log ? tail_of(result.run) + logs_of(result) : "") + field("mend  ", result.error->remedy);
  }
  if (result.stopped) {
    return text + field("what  ", result.run.reason);
  }
  text += field("what  ", result.run.reason.empty() ? argv_of(result.need.suite) + " did not pass" : result.run.reason);
  text += tail_of(result.run);
  text += ran ? logs_of(result) : "";
  const std::string remedy = result.run.remedy.empty() ? "mend it, commit, and try it before the next push: gate check" : result.run.remedy;
  return text + field("mend  ", remedy);
}

std::string render_pass(const SuiteResult& result, const TextStyle& style) {
  const std::string name = "gate: " + refs_of(result.need) + " " + result.need.commit.brief() + ": suite " + result.need.suite.name + " ";
  if (result.reused && result.need.voucher && result.need.verdict) {
    const Voucher& voucher = *result.need.voucher;
    return name + toned("passed before", Tone::good, style) + ", says " + clean_line(voucher.principal) + " (" + std::string(name_of(voucher.role)) + "), " +
           ago_text(result.need.verdict->finished, style.now) + "\n";
  }
  if (result.reused) {
    return name + toned("passed before", Tone::good, style) + " on this very tree\n";
  }
  const std::string took = " in " + format_duration(result.run.duration);
  if (!result.is_flaky()) {
    return name + toned("passed", Tone::good, style) + took + "\n";
  }
  return name + toned("passed " + attempts_of(result), Tone::good, style) + took + ": " + toned("flaky", Tone::bad, style) + "; how often: gate log --suite " +
         result.need.suite.name + "\n" + first_failed_log(result);
}

std::string render_suites(const Conclusion& conclusion, const TextStyle& style) {
  std::string text;
  for (const auto& result : conclusion.suites) {
    text += result.passed() ? render_pass(result, style) : "";
  }
  const bool failed = std::any_of(conclusion.suites.begin(), conclusion.suites.end(), [](const auto& s) { return !s.passed(); });
  if (failed) {
    text += "gate: " + toned(style.subject + " refused", Tone::bad, style) + "\n";
  }
  for (const auto& result : conclusion.suites) {
    text += result.passed() ? "" : render_failure(result, style);
  }
  return text;
}

} // namespace

std::string render(const Error& error, const TextStyle& style) {
  return "gate: " + toned(clean_line(error.message), Tone::bad, style) + "\n" +
         (error.remedy.empty() ? "" : "      mend: " + clean_line(error.remedy) + "\n");
}

std::string render(const std::vector<Diagnostic>& problems, const TextStyle& style) {
  std::string text;
  for (const auto& problem : problems) {
    text += render_problem(problem, style);
  }
  return text;
}

std::string render(const Conclusion& conclusion, const TextStyle& style) {
  const auto& judgement = conclusion.judgement;
  std::string text;
  for (const auto& notice : judgement.notices) {
    text += "gate: note: " + clean_line(notice) + "\n";
  }
  text += render_let_through(judgement, style);
  if (judgement.denied()) {
    text += "gate: " + toned(style.subject + " refused", Tone::bad, style) + "\n";
    if (!judgement.problems.empty()) {
      text += "\n" + render(judgement.problems, style);
    }
    for (const auto& violation : judgement.violations) {
      text += render_violation(violation, judgement.bypass, style);
    }
    return text + "\n";
  }
  text += render_suites(conclusion, style);
  return conclusion.allowed() ? text : text + "\n";
}

} // namespace gate
