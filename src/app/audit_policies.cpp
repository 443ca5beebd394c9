#include "app/audit_policies.hpp"

#include <algorithm>

namespace gate {

namespace {
// How far back on its line a policy is looked for that protected a branch.
constexpr int k_most_ancestors = 1000;
} // namespace

// Of one policy for one branch: worked out once. Nothing where its blocks contradict each other.
const RefRules* AuditPolicies::rules_of(const Policy& policy, const RefName& ref) {
  const auto key = std::pair(&policy, ref);
  if (const auto known = m_rules.find(key); known != m_rules.end()) {
    return known->second ? &*known->second : nullptr;
  }
  auto rules = rules_for(policy, ref, m_side.receives ? std::nullopt : std::optional(m_side.remote));
  if (!rules) {
    const auto& first = rules.error().front();
    notify("a policy of " + ref.brief() + " can't be used: " + first.place.str() + ": " + first.message);
  }
  const auto& kept = m_rules.emplace(key, rules ? std::optional(*std::move(rules)) : std::nullopt).first->second;
  return kept ? &*kept : nullptr;
}

Result<AuditPolicies::Judge> AuditPolicies::judging(const RefName& ref, const BranchLine& line, BranchLine::Step step) {
  auto side = m_policies.judging(ref, line.commit(step - 1).oid, m_side.remote, line.commit(step).oid);
  if (!side && side.error().kind != ErrorKind::policy) {
    return tl::unexpected(side.error());
  }
  if (!side) {
    notify(side.error().message);
  } else if (side->policy == nullptr) {
    return Judge{};
  } else if (const auto* rules = rules_of(*side->policy, ref); rules != nullptr) {
    return Judge{*std::move(side), rules, false};
  }
  for (auto before = step - 1; before-- > 0;) {
    const Oid& commit = line.commit(before).oid;
    const auto read = m_policies.at(commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    const auto* rules = (*read)->policy ? rules_of(*(*read)->policy, ref) : nullptr;
    if (rules != nullptr) {
      notify("what came after it is judged by the policy at " + commit.brief());
      return Judge{ProtectedSide{&*(*read)->policy, "", false, commit, false}, rules, false};
    }
  }
  return Judge{{}, nullptr, true};
}

// A policy that contradicts itself may protect anything.
bool AuditPolicies::protects(const Policy* policy, const RefName& ref) {
  const auto* rules = policy == nullptr ? nullptr : rules_of(*policy, ref);
  return policy != nullptr && (rules == nullptr || rules->is_protected());
}

Result<bool> AuditPolicies::protected_on_line(const BranchTip& tip) {
  Oid commit = tip.tip;
  for (int i = 0; i < k_most_ancestors; ++i) {
    const auto read = m_policies.at(commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    if ((*read)->policy && protects(&*(*read)->policy, tip.branch)) {
      return true;
    }
    const auto parent = m_repository.first_parent(commit);
    if (!parent || !*parent) {
      return parent ? Result<bool>(false) : tl::unexpected(parent.error());
    }
    commit = **parent;
  }
  return false;
}

Result<bool> AuditPolicies::is_protected(const BranchTip& tip) {
  for (const auto& at : {std::optional(tip.tip), std::optional<Oid>()}) {
    const auto side = m_policies.judging(tip.branch, at, m_side.remote, tip.tip);
    if (!side && side.error().kind != ErrorKind::policy) {
      return tl::unexpected(side.error());
    }
    // One that can't be read may protect anything.
    if (!side || protects(side->policy, tip.branch)) {
      return true;
    }
  }
  return protected_on_line(tip);
}

Result<std::vector<RefName>> AuditPolicies::protected_branches(const std::vector<BranchTip>& tips) {
  std::vector<RefName> branches;
  for (const auto& tip : tips) {
    const auto is = is_protected(tip);
    if (!is) {
      return tl::unexpected(is.error());
    }
    if (*is) {
      branches.push_back(tip.branch);
    }
  }
  const auto head = m_repository.remote_head(m_side.remote);
  if (!head) {
    return tl::unexpected(head.error());
  }
  std::stable_partition(branches.begin(), branches.end(), [&](const RefName& branch) { return *head && branch == **head; });
  return branches;
}

Result<bool> AuditPolicies::may_be_created(const RefName& ref, const Oid& commit) {
  const auto read = m_policies.at(commit);
  if (!read) {
    return tl::unexpected(read.error());
  }
  const auto* rules = (*read)->policy ? rules_of(*(*read)->policy, ref) : nullptr;
  if (rules == nullptr) {
    return false;
  }
  const auto active = rules->active();
  return !active.allow || active.allow->value.contains(Shape::create);
}

void AuditPolicies::notify(const std::string& notice) {
  if (std::find(m_notices.begin(), m_notices.end(), notice) == m_notices.end()) {
    m_notices.push_back(notice);
  }
}

} // namespace gate
