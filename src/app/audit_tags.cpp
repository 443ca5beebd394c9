#include "app/audit_tags.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/shell_word.hpp"
#include "app/update_facts.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most_names = 3; // in a notice

std::string not_judged(const std::vector<RefName>& tags) {
  std::string names;
  for (std::size_t i = 0; i < std::min(tags.size(), k_most_names); ++i) {
    names += (i == 0 ? "" : ", ") + tags[i].brief();
  }
  names += tags.size() > k_most_names ? ", …" : "";
  return std::to_string(tags.size()) + (tags.size() == 1 ? " tag stands on a commit" : " tags stand on commits") +
         " from before the policy and may have been there before it; not judged: " + names;
}

} // namespace

Result<std::vector<AuditedRef>> TagAuditor::audit(const std::vector<BranchTip>& branches, const std::vector<AuditTarget>& targets) {
  m_commits.expect({});
  m_known.clear();
  std::transform(branches.begin(), branches.end(), std::back_inserter(m_known), [](const BranchTip& b) { return b.tip; });
  std::vector<AuditedRef> audited;
  std::vector<RefName> older;
  for (const auto& tag : m_side.tags) {
    const auto object = m_ports.repository.peel(tag.tip);
    if (!object) {
      return tl::unexpected(object.error());
    }
    const bool is_named = std::any_of(targets.begin(), targets.end(), [&](const AuditTarget& t) { return t.ref == tag.branch; });
    if (targets.empty() || is_named) {
      const auto judge = m_judges.judging_tag(tag.branch, object->commit);
      if (!judge) {
        return tl::unexpected(judge.error());
      }
      const bool has_rules = judge->is_unusable || (judge->rules != nullptr && !judge->rules->groups.empty());
      const auto stood_before = has_rules && !judge->is_unusable ? is_older(*object, judge->side) : Result<bool>(false);
      if (!stood_before) {
        return tl::unexpected(stood_before.error());
      }
      if (*stood_before) {
        older.push_back(tag.branch);
      }
      if (is_named || (has_rules && !*stood_before)) {
        auto found = has_rules && !*stood_before ? audit_tag(tag, *object, *judge) : Result<AuditedRef>(AuditedRef{tag.branch, tag.tip, 0, {}, 0});
        if (!found) {
          return tl::unexpected(found.error());
        }
        audited.push_back(*std::move(found));
      }
    }
    if (object->commit) {
      m_known.push_back(*object->commit);
    }
  }
  if (!older.empty()) {
    m_judges.notify(not_judged(older));
  }
  return audited;
}

Result<AuditedRef> TagAuditor::audit_tag(const BranchTip& tag, const Peeled& object, const AuditPolicies::Judge& judge) {
  AuditedRef audited{tag.branch, tag.tip, 0, {}, 0};
  if (judge.is_unusable) {
    audited.unjudged = 1;
    return audited;
  }
  if (object.kind == Peeled::Kind::missing) {
    return could_not_run("the object " + tag.tip.brief() + " of " + tag.branch.full() + " is not in this repository", "git fetch, or see: git fsck");
  }
  const RefRules& rules = *judge.rules;
  if (auto brought = bring_commits(object, rules); !brought) {
    return tl::unexpected(brought.error());
  }
  const RefUpdate update{"", tag.tip, tag.branch, Oid()};
  const Push push{m_side.remote, "", {update}};
  const JudgedUpdate judged{update, object, rules, judge.side};
  FactFinder finder(m_ports.repository, m_commits, m_ports.sources, push, m_side.remote);
  finder.expect(judged);
  auto facts = finder.gather(judged);
  if (!facts) {
    return tl::unexpected(facts.error());
  }
  facts->histories.resize(rules.groups.size());
  auto violations = evaluate(rules, update, *facts, Scene{shell_word(m_side.remote)});
  std::erase_if(violations, [](const Violation& v) { return v.rule == "freeze"; }); // when it came, nothing says
  auto verdicts = m_verdicts.ask(judged, nullptr);
  if (!verdicts) {
    return tl::unexpected(verdicts.error());
  }
  std::move(verdicts->violations.begin(), verdicts->violations.end(), std::back_inserter(violations));
  audited.judged = 1;
  audited.untold = verdicts->standing == VerdictAuditor::Standing::untold ? 1 : 0;
  AuditStep step{object.commit.value_or(tag.tip), Oid(), "", {}, {}, {}, {}};
  for (auto& violation : violations) {
    m_records.sort_in(std::move(violation), step, [&](const BypassRecord& record) { return record.new_oid == tag.tip; });
  }
  if (std::any_of(step.violations.begin(), step.violations.end(), [](const Violation& v) { return v.rule == "verdict"; })) {
    m_verdicts.missed();
  }
  if (!(step.violations.empty() && step.bypassed.empty() && step.told.empty())) {
    audited.steps.push_back(std::move(step));
  }
  return audited;
}

Result<void> TagAuditor::bring_commits(const Peeled& object, const RefRules& rules) {
  const bool asks = std::any_of(rules.groups.begin(), rules.groups.end(), [](const RuleGroup& group) { return group.rules.needs_commits(); });
  auto fresh = asks && object.commit ? m_ports.commits.new_commits({*object.commit}, m_known)
                                      : Result<std::vector<NewCommit>>(std::vector<NewCommit>());
  if (!fresh) {
    return tl::unexpected(fresh.error());
  }
  m_commits.bring(*std::move(fresh));
  return {};
}

// On a commit without a policy that the judging one grew out of. A commit aside that has none is no excuse.
Result<bool> TagAuditor::is_older(const Peeled& object, const ProtectedSide& side) {
  if (!object.commit || !side.commit) {
    return false;
  }
  const auto text = m_ports.repository.file_at(*object.commit, k_policy_file);
  if (!text && text.error().kind != ErrorKind::policy) {
    return tl::unexpected(text.error());
  }
  if (!text || *text) {
    return false;
  }
  const auto since = m_ports.repository.history(*object.commit, *side.commit, {});
  return since ? Result<bool>(since->relation == History::Relation::descends) : tl::unexpected(since.error());
}

} // namespace gate
