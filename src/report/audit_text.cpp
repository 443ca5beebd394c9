#include "report/audit_text.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "report/clean.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

std::string time_of(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return text.data();
}

std::string counted(std::size_t count, const std::string& thing) { return std::to_string(count) + " " + thing + (count == 1 ? "" : "s"); }

std::string field(const std::string& name, const std::string& value) { return "    " + name + clean_line(value) + "\n"; }

std::string fields_of(const Violation& violation) {
  const std::string origin = violation.origin.file.empty() ? "" : "   (" + violation.origin.str() + ")";
  return field("what  ", violation.what) + field("why   ", violation.why + origin);
}

std::string render_step(const AuditStep& step, const TextStyle& style) {
  const std::string commit = "  " + step.commit.brief() + " \"" + clean_line(step.subject) + "\"\n";
  std::string text;
  for (const auto& violation : step.violations) {
    text += "\n  " + toned(violation.rule, Tone::bad, style) + commit + fields_of(violation);
  }
  for (const auto& violation : step.bypassed) {
    text += "\n  bypassed " + violation.rule + commit + fields_of(violation);
  }
  if (step.bypass) {
    const std::string who = step.bypass->who.empty() ? "somebody who is not known" : step.bypass->who;
    const std::string proof = step.bypass->where == BypassRecord::Where::server ? "" : ", as it was said there";
    text += field("by    ", who + proof + ", " + time_of(step.bypass->at)) + field("for   ", step.bypass->reason);
  }
  for (const auto& violation : step.told) {
    text += "\n  only evaluated: " + violation.rule + commit + fields_of(violation);
  }
  return text;
}

std::string render_ref(const AuditedRef& ref, const TextStyle& style) {
  const auto count = [&](auto has) { return static_cast<std::size_t>(std::count_if(ref.steps.begin(), ref.steps.end(), has)); };
  const auto bad = count([](const AuditStep& s) { return !s.violations.empty(); });
  const auto bypassed = count([](const AuditStep& s) { return !s.bypassed.empty(); });
  const auto told = count([](const AuditStep& s) { return !s.told.empty(); });
  std::string text = "gate: " + clean_line(ref.ref.brief()) + " at " + ref.tip.brief() + ": " + counted(ref.judged, "step") + " judged, ";
  text += bad == 0 ? toned("none against a rule", Tone::good, style) : toned(std::to_string(bad) + " against a rule", Tone::bad, style);
  text += bypassed == 0 ? "" : ", " + std::to_string(bypassed) + " by a bypass";
  text += told == 0 ? "" : ", " + std::to_string(told) + " against a rule that is only evaluated";
  text += ref.unjudged == 0 ? "" : ", " + toned(std::to_string(ref.unjudged) + " that no policy could judge", Tone::bad, style);
  text += "\n";
  for (const auto& step : ref.steps) {
    text += render_step(step, style);
  }
  return text + (ref.steps.empty() ? "" : "\n");
}

} // namespace

std::string render(const Audit& audit, const TextStyle& style) {
  std::string text;
  for (const auto& notice : audit.notices) {
    text += "gate: note: " + clean_line(notice) + "\n";
  }
  for (const auto& ref : audit.refs) {
    text += render_ref(ref, style);
  }
  return audit.refs.empty() ? text + "gate: nothing to audit: no policy protects a branch here\n" : text;
}

} // namespace gate
