#include "report/text.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "report/clean.hpp"
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

std::string render_failure(const SuiteResult& result, const TextStyle& style) {
  const bool ran = !result.error && result.run.outcome != SuiteRun::Outcome::refused;
  const std::string after = ran ? " after " + format_duration(result.run.duration) : "";
  std::string text = "\n  " + toned("suite " + result.need.suite.name + " " + word_for(result), Tone::bad, style) + after + "  on " +
                     result.need.commit.brief() + " (" + refs_of(result.need) + ")\n";
  if (result.error) {
    return text + field("what  ", result.error->message) + field("mend  ", result.error->remedy);
  }
  text += field("what  ", result.run.reason.empty() ? argv_of(result.need.suite) + " did not pass" : result.run.reason);
  text += tail_of(result.run);
  if (ran) {
    text += field("log   ", result.log.string());
  }
  const std::string remedy = result.run.remedy.empty() ? "mend it, commit, and try it before the next push: gate check" : result.run.remedy;
  return text + field("mend  ", remedy);
}

std::string render_pass(const SuiteResult& result, const TextStyle& style) {
  const std::string name = "gate: " + refs_of(result.need) + " " + result.need.commit.brief() + ": suite " + result.need.suite.name + " ";
  if (!result.reused) {
    return name + toned("passed", Tone::good, style) + " in " + format_duration(result.run.duration) + "\n";
  }
  return name + toned("passed before", Tone::good, style) + " on this very tree\n";
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
