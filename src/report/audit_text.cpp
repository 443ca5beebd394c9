#include "report/audit_text.hpp"

#include <algorithm>
#include <numeric>

#include "base/counted.hpp"
#include "report/clean.hpp"
#include "report/time_text.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

std::string audit_field(const std::string& name, const std::string& value) { return "    " + name + clean_line(value) + "\n"; }

std::string fields_of(const Violation& violation) {
  const std::string origin = violation.origin.file.empty() ? "" : "   (" + violation.origin.str() + ")";
  return audit_field("what  ", violation.what) + audit_field("why   ", violation.why + origin);
}

std::string by_whom(const BypassRecord& record) {
  const std::string who = record.who.empty() ? "somebody who is not known" : record.who;
  const std::string proof = record.where == BypassRecord::Where::server ? "" : ", as it was said there";
  return audit_field("by    ", who + proof + ", " + minute_text(record.at)) + audit_field("for   ", record.reason);
}

std::string render_step(const RefName& ref, const AuditStep& step, const TextStyle& style) {
  const std::string of_tag = clean_line(ref.full()) + " at " + step.commit.brief();
  const std::string commit = "  " + (ref.is_tag() ? of_tag : step.commit.brief() + " \"" + clean_line(step.subject) + "\"") + "\n";
  std::string text;
  for (const auto& violation : step.violations) {
    text += "\n  " + toned(violation.rule, Tone::bad, style) + commit + fields_of(violation);
  }
  for (const auto& violation : step.bypassed) {
    text += "\n  bypassed " + violation.rule + commit + fields_of(violation);
  }
  if (step.bypass) {
    text += by_whom(*step.bypass);
  }
  for (const auto& violation : step.told) {
    text += "\n  only evaluated: " + violation.rule + commit + fields_of(violation);
  }
  return text;
}

std::size_t sum_of(const std::vector<const AuditedRef*>& refs, std::size_t AuditedRef::*number) {
  return std::accumulate(refs.begin(), refs.end(), std::size_t{0}, [&](std::size_t sum, const AuditedRef* ref) { return sum + ref->*number; });
}

// What several refs have in common in one line: a branch is one, all tags are another.
std::string render_counts(const std::vector<const AuditedRef*>& refs, const TextStyle& style) {
  const auto count = [&](auto has) {
    return static_cast<std::size_t>(std::accumulate(refs.begin(), refs.end(), std::ptrdiff_t{0}, [&](std::ptrdiff_t sum, const AuditedRef* ref) {
      return sum + std::count_if(ref->steps.begin(), ref->steps.end(), has);
    }));
  };
  const auto bad = count([](const AuditStep& s) { return !s.violations.empty(); });
  const auto bypassed = count([](const AuditStep& s) { return !s.bypassed.empty(); });
  const auto told = count([](const AuditStep& s) { return !s.told.empty(); });
  const auto unjudged = sum_of(refs, &AuditedRef::unjudged);
  const auto untold = sum_of(refs, &AuditedRef::untold);
  std::string text = " judged, ";
  text += bad == 0 ? toned("none against a rule", Tone::good, style) : toned(std::to_string(bad) + " against a rule", Tone::bad, style);
  text += bypassed == 0 ? "" : ", " + std::to_string(bypassed) + " by a bypass";
  text += told == 0 ? "" : ", " + std::to_string(told) + " against a rule that is only evaluated";
  text += unjudged == 0 ? "" : ", " + toned(std::to_string(unjudged) + " that no policy could judge", Tone::bad, style);
  text += untold == 0 ? "" : ", " + toned(std::to_string(untold) + " whose verdicts could not be looked for", Tone::bad, style);
  return text + "\n";
}

std::string render_ref(const AuditedRef& ref, const TextStyle& style) {
  std::string text = "gate: " + clean_line(ref.ref.brief()) + " at " + ref.tip.brief() + ": " + counted(ref.judged, "step");
  text += render_counts({&ref}, style);
  for (const auto& step : ref.steps) {
    text += render_step(ref.ref, step, style);
  }
  return text + (ref.steps.empty() ? "" : "\n");
}

std::string render_tags(const std::vector<const AuditedRef*>& tags, const TextStyle& style) {
  const auto judged = sum_of(tags, &AuditedRef::judged);
  std::string steps;
  for (const auto* tag : tags) {
    for (const auto& step : tag->steps) {
      steps += render_step(tag->ref, step, style);
    }
  }
  return "gate: " + counted(judged, "tag") + render_counts(tags, style) + steps + (steps.empty() ? "" : "\n");
}

std::string render_lone(const LoneBypass& bypass) {
  const auto& record = bypass.record;
  const std::string ref = clean_line(record.ref.is_branch() ? record.ref.brief() : record.ref.full());
  std::string what;
  if (!bypass.is_used) {
    what = ref + ": a bypass was granted, and nothing says that it was used: " + record.old_oid.brief() + " to " + record.new_oid.brief();
  } else if (record.new_oid.is_zero()) {
    what = ref + " was deleted by a bypass; it stood at " + record.old_oid.brief();
  } else {
    what = ref + ": " + record.new_oid.brief() + " came by a bypass of what no commit shows";
  }
  std::string text = "gate: " + what + "\n";
  for (const auto& rule : record.rules) {
    text += audit_field("rule  ", rule.id + ": " + rule.what);
  }
  return text + by_whom(record);
}

} // namespace

std::string render(const Audit& audit, const TextStyle& style) {
  std::string text;
  for (const auto& notice : audit.notices) {
    text += "gate: note: " + clean_line(notice) + "\n";
  }
  std::vector<const AuditedRef*> tags;
  for (const auto& ref : audit.refs) {
    if (ref.ref.is_tag()) {
      tags.push_back(&ref);
    } else {
      text += render_ref(ref, style);
    }
  }
  text += tags.empty() ? "" : render_tags(tags, style);
  text += audit.refs.empty() ? "gate: nothing to audit: no policy protects a branch here\n" : "";
  for (const auto& bypass : audit.bypasses) {
    text += render_lone(bypass);
  }
  return text;
}

} // namespace gate
