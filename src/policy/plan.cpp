#include "policy/plan.hpp"

namespace gate {

namespace {

using Event = MergeFacts::Event;
using Waits = PlannedPublication::WaitsForRemote;

Waits waits_of(const PublishRule& rule) {
  const auto* image = std::get_if<ImageDestination>(&rule.what);
  if (image == nullptr) {
    return Waits::everything;
  }
  return image->branch_tag == ImageDestination::BranchTag::at_merge || image->branch_tags.empty() ? Waits::nothing : Waits::branch_tags;
}

bool is_ours(const PublishRule& rule, Event event) {
  const bool in_ci = event == Event::ci_push;
  return rule.by == PublishRule::By::anyone || (rule.by == PublishRule::By::ci) == in_ci;
}

std::string branches_of(const std::vector<PublishRule>& rules) {
  std::string names;
  for (const auto& rule : rules) {
    const std::string name = rule.branch.brief();
    names += names.find(name) == std::string::npos ? (names.empty() ? "" : ", ") + name : "";
  }
  return names;
}

// Why this event publishes nothing, whatever the rules are; nothing when it may.
std::optional<std::string> ruled_out(const MergeFacts& facts) {
  switch (facts.event) {
  case Event::ci_other:
    return "only a push to a branch publishes, never a pull request";
  case Event::merge:
    return facts.is_squash || facts.is_public || facts.is_pulled ? std::optional<std::string>("") : std::nullopt;
  case Event::commit:
    return facts.parents < 2 || facts.is_public ? std::optional<std::string>("") : std::nullopt;
  default:
    return std::nullopt;
  }
}

} // namespace

PublishPlan plan_publications(const std::vector<PublishRule>& rules, const MergeFacts& facts) {
  if (const auto reason = ruled_out(facts)) {
    return {{}, *reason};
  }
  const bool is_hook = facts.event == Event::merge || facts.event == Event::commit;
  if (!facts.branch) {
    return {{}, is_hook ? "" : "HEAD is on no branch, and publications belong to branches"};
  }
  PublishPlan plan;
  bool someone_elses = false;
  for (const auto& rule : rules) {
    if (!(rule.branch == *facts.branch)) {
      continue;
    }
    if (is_ours(rule, facts.event)) {
      plan.publications.push_back({rule, waits_of(rule)});
    } else {
      someone_elses = true;
    }
  }
  if (!plan.publications.empty() || is_hook) {
    return plan;
  }
  const std::string branch = facts.branch->brief();
  if (someone_elses) {
    plan.reason = facts.event == Event::ci_push ? "what " + branch + " publishes is published locally (by = \"local\")"
                                                : "what " + branch + " publishes is published by CI (by = \"ci\")";
  } else {
    plan.reason =
        rules.empty() ? "the policy has no [publish.NAME]" : "the policy publishes nothing from " + branch + ", only from " + branches_of(rules);
  }
  return plan;
}

} // namespace gate
