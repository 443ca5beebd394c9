#include "report/policy_text.hpp"

#include <algorithm>
#include <iterator>

#include "base/duration.hpp"
#include "policy/suite_text.hpp"
#include "report/clean.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

constexpr std::size_t k_key_width = 24;

std::string padded(std::string text, std::size_t width) {
  text.append(text.size() < width ? width - text.size() : 1, ' ');
  return text;
}

std::string listed(const std::vector<std::string>& items, const std::string& between = ", ") {
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "" : between) + item;
  }
  return text;
}

std::string places_text(const std::vector<Place>& places) {
  std::vector<std::string> texts;
  std::transform(places.begin(), places.end(), std::back_inserter(texts), [](const Place& place) { return place.str(); });
  return listed(texts);
}

// "  KEY   VALUE   (PLACE)"
std::string row_line(const RuleRow& row) {
  const std::string places = row.places.empty() ? "" : "   (" + clean_line(places_text(row.places)) + ")";
  return "  " + padded(row.key, k_key_width) + clean_line(row.value) + places + "\n";
}

std::string patterns_of(const Block& block) {
  std::vector<std::string> patterns;
  std::transform(block.match.value.begin(), block.match.value.end(), std::back_inserter(patterns), pattern_text);
  return clean_line(listed(patterns)) + (block.remotes ? " on " + clean_line(listed(block.remotes->value)) : "");
}

std::string people(const Bypass& bypass) {
  const bool anybody = std::find(bypass.by.begin(), bypass.by.end(), "*") != bypass.by.end();
  return anybody ? "anybody" : clean_line(listed(bypass.by));
}

// How a group of rules is enforced, where that is not the usual.
std::string enforcement_note(Enforcement enforcement, const Bypass& bypass) {
  std::string note = enforcement == Enforcement::off ? "switched off" : enforcement == Enforcement::evaluate ? "only evaluated: what breaks it is told, and denies nothing" : "";
  if (!bypass.by.empty() && enforcement == Enforcement::active) {
    note += people(bypass) + " may break it, saying why";
  }
  return note;
}

std::string layer_lines(const Policy& policy) {
  auto layers = policy.layers;
  std::stable_sort(layers.begin(), layers.end(), [](const Layer& a, const Layer& b) { return a.rank < b.rank; });
  std::string text = "layers, the highest first; the strictest of them wins\n";
  for (const auto& layer : layers) {
    const std::string overrides = layer.allow_override.empty() ? "" : "   lower ones may loosen: " + listed(layer.allow_override);
    text += "  " + clean_line(layer.name + overrides) + "\n";
  }
  return text;
}

std::string block_lines(const Block& block, const TextStyle& style) {
  const std::string note = enforcement_note(block.enforcement.value, block.bypass);
  std::string text = "\n" + toned(patterns_of(block), Tone::good, style) + "   (" + clean_line(block.place.str()) + ")\n" + (note.empty() ? "" : "  " + note + "\n");
  const auto rows = describe(block.rules);
  for (const auto& row : rows) {
    text += row_line(row);
  }
  return rows.empty() ? text + "  says nothing\n" : text;
}

// "suite api's image to A, B", "suite api's images: api to A; nginx to B"
std::string images_text(const ImageDestination& image) {
  std::vector<std::string> services;
  for (const auto& published : image.images) {
    services.push_back((published.service.empty() ? "" : published.service + " ") + "to " + listed(published.to));
  }
  const bool is_one = image.images.size() == 1 && image.images.front().service.empty();
  return "suite " + image.suite + (is_one ? "'s image " : "'s images: ") + listed(services, "; ");
}

std::string publication_text(const PublishRule& rule) {
  const auto* image = std::get_if<ImageDestination>(&rule.what);
  if (image == nullptr) {
    return "the build trigger in " + std::get<BuildTrigger>(rule.what).variable + " from " + rule.branch.brief();
  }
  return images_text(*image) + " from " + rule.branch.brief() + (image->platforms.empty() ? "" : ", for " + listed(image->platforms)) +
         (image->from.empty() ? "" : ", as publish " + image->from + " has it") + (image->create ? ", creating it in ECR" : "") +
         (rule.git_tag.empty() ? "" : ", tagged in git as " + rule.git_tag) + (rule.webhook.empty() ? "" : ", then the webhook in " + rule.webhook);
}

std::string suite_lines(const Policy& policy) {
  std::string text;
  for (const auto& [name, suite] : policy.suites) {
    std::string what = toml_list(suite.run) + " in " + where_it_runs(suite) + ", up to " + format_duration(suite.timeout);
    for (const auto& term : terms_of(suite)) {
      what += ", " + term;
    }
    text += row_line({"suite " + name, what, {suite.place}});
  }
  for (const auto& rule : policy.publications) {
    text += row_line({"publish " + rule.name, publication_text(rule), {rule.place}});
  }
  return text.empty() ? "" : "\nsuites and publications\n" + text;
}

std::string change_lines(const Policy& policy) {
  std::string text;
  if (policy.serial) {
    text += row_line({"serial", std::to_string(policy.serial->value), {policy.serial->place}});
  }
  if (policy.policy_branch) {
    text += row_line({"policy_branch", policy.policy_branch->value.brief(), {policy.policy_branch->place}});
  }
  for (const auto& owners : policy.owners) {
    text += row_line({"owners", "a change needs a signature by one of " + toml_list(owners.by), {owners.place}});
  }
  for (const auto& file : policy.allowed_signers) {
    text += row_line({"allowed_signers", toml_text(file.value), {file.place}});
  }
  return text.empty() ? "" : "\nthe policy itself\n" + text;
}

std::string verdict_lines(const Policy& policy) {
  std::string text;
  for (const auto& row : policy.verdicts ? describe(*policy.verdicts) : std::vector<RuleRow>()) {
    text += row_line(row);
  }
  return text.empty() ? "" : "\nwhose verdicts count where they did not run\n" + text;
}

// "signed by ci@example.com; by *@example.com they spare reruns"
std::string verdicts_text(const VerdictSettings& settings, bool asks) {
  std::string text;
  if (!settings.ci.empty()) {
    text = "signed by " + listed(settings.ci) + " they count everywhere";
  }
  if (!settings.dev.empty()) {
    text += (text.empty() ? "signed by " : "; by ") + listed(settings.dev) + " they spare reruns";
  }
  return text + (asks ? "; a git server with gate asks for them" : "") + "   (" + settings.place.str() + ")";
}

std::string line_note(const RuleLine& line, const RuleRow& row) {
  const std::string by = row.places.empty() ? "" : " by " + row.places.front().str();
  switch (line.fate) {
  case LineFate::agrees:
    return "agrees";
  case LineFate::joins:
    return "counts in";
  case LineFate::overruled:
    return "overruled" + by + ", which is stricter";
  case LineFate::loosened:
    return "gives way: its file lets lower ones loosen " + row.key;
  case LineFate::decides:
    break;
  }
  return "decides";
}

std::string rule_lines(const ExplainedRule& rule, RefExplanation::Detail detail) {
  const bool is_silent = rule.row.places.empty();
  std::string text = row_line(is_silent ? RuleRow{rule.row.key, "nothing is asked here", {}} : rule.row);
  if (detail == RefExplanation::Detail::what_holds) {
    return is_silent ? "" : text;
  }
  for (const auto& line : rule.lines) {
    if (line.fate != LineFate::decides || rule.row.places.size() > 1) {
      text += "    " + padded("", k_key_width) + clean_line(line.place.str() + ": " + line.value + "   " + line_note(line, rule.row)) + "\n";
    }
  }
  return text;
}

std::string group_lines(const ExplainedGroup& group, RefExplanation::Detail detail, const TextStyle& style) {
  if (group.rules.empty()) {
    return "";
  }
  const std::string note = enforcement_note(group.enforcement, group.bypass);
  std::string text = "\n" + toned(note.empty() ? "enforced on everybody" : group.enforcement == Enforcement::active ? "enforced; " + note : note, Tone::good, style) + "\n";
  for (const auto& rule : group.rules) {
    text += rule_lines(rule, detail);
  }
  return text;
}

std::string suites_asked(const RefRules& rules, const Policy& policy) {
  if (rules.require) {
    return rules.require->value.empty() ? "none" : clean_line(listed(rules.require->value));
  }
  std::vector<std::string> names;
  std::transform(policy.suites.begin(), policy.suites.end(), std::back_inserter(names), [](const auto& suite) { return suite.first; });
  return names.empty() ? "none, the policy has none" : clean_line(listed(names)) + ": no block says which, so every suite of the policy";
}

// Colour by what opens a door.
Tone tone_of(Direction direction) { return direction == Direction::loosens ? Tone::bad : direction == Direction::tightens ? Tone::good : Tone::plain; }

// What somebody has to look at comes first.
int order_of(Direction direction) {
  switch (direction) {
  case Direction::loosens:
    return 0;
  case Direction::changes:
    return 1;
  case Direction::tightens:
    return 2;
  case Direction::same:
    break;
  }
  return 3;
}

} // namespace

std::string render(const std::vector<Finding>& findings, const TextStyle& style) {
  std::string text;
  for (const auto& [severity, diagnostic] : findings) {
    const bool is_error = severity == Finding::Severity::error;
    text += "  " + clean_line(diagnostic.place.str()) + ": " + toned((is_error ? "error: " : "warning: ") + clean_line(diagnostic.message), is_error ? Tone::bad : Tone::plain, style) +
            (diagnostic.hint.empty() ? "" : "; " + clean_line(diagnostic.hint)) + "\n";
  }
  return text;
}

std::string render(const std::vector<PolicyDifference>& differences, const TextStyle& style) {
  if (differences.empty()) {
    return "the two policies mean the same\n";
  }
  auto sorted = differences;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return order_of(a.direction) < order_of(b.direction); });
  std::string text;
  for (const auto& difference : sorted) {
    const std::string where = difference.where.empty() ? "policy" : clean_line(listed(difference.where));
    text += "  " + where + ": " + clean_line(difference.what) + "  " + clean_line(difference.from) + " → " + clean_line(difference.to) + "   (" +
            toned(std::string(name_of(difference.direction)), tone_of(difference.direction), style) + ")\n";
  }
  return text;
}

std::string render_policy(const Policy& policy, const TextStyle& style) {
  std::string text = layer_lines(policy);
  for (const auto& block : policy.blocks) {
    text += block_lines(block, style);
  }
  return text + suite_lines(policy) + verdict_lines(policy) + change_lines(policy);
}

std::string render(const RefExplanation& explanation, const TextStyle& style) {
  const auto& rules = explanation.rules;
  const bool asks = asks_for_verdicts(explanation.policy, rules);
  std::string text = padded("ref", k_key_width) + clean_line(explanation.ref.full()) +
                     (explanation.remote ? " on " + clean_line(*explanation.remote) : ", on any remote: blocks for some remotes count in") + "\n";
  text += padded("judged by", k_key_width) + clean_line(explanation.judged_by) + "\n";
  text += padded("protected", k_key_width) +
          (rules.is_protected() ? "yes: a push satisfies the suites of the protected side's policy; the pushed commit's own don't count"
           : asks               ? "no, but [verdicts] asks for its suites: those of the protected side's policy count"
                                : "no: a push satisfies the suites of the policy that it brings along") +
          "\n";
  text += padded("suites", k_key_width) + suites_asked(rules, explanation.policy) + "\n";
  if (explanation.policy.verdicts) {
    text += padded("verdicts of others", k_key_width) + clean_line(verdicts_text(*explanation.policy.verdicts, asks)) + "\n";
  }
  if (!rules.mentioned) {
    return text + "\nno block matches it: every update is admitted\n";
  }
  for (const auto& group : explain(explanation.policy, rules)) {
    text += group_lines(group, explanation.detail, style);
  }
  for (const auto& place : rules.off) {
    text += "\nswitched off: the block at " + clean_line(place.str()) + "\n";
  }
  return text;
}

} // namespace gate
