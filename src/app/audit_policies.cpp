#include "app/audit_policies.hpp"

#include <algorithm>

#include "app/policy_delta.hpp"

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
  auto rules = rules_for(policy, ref, remote_of_rules());
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

Result<AuditPolicies::Judge> AuditPolicies::judging_tag(const RefName& tag, const std::optional<Oid>& commit) {
  auto side = m_policies.judging(tag, std::nullopt, m_side.remote, commit);
  side = side ? m_policies.usable(*std::move(side), tag, remote_of_rules()) : std::move(side);
  if (!side && side.error().kind != ErrorKind::policy) {
    return tl::unexpected(side.error());
  }
  if (!side) {
    notify(side.error().message);
    return Judge{{}, nullptr, true};
  }
  if (side->policy == nullptr) {
    return Judge{};
  }
  if (!side->notice.empty()) {
    notify(side->notice);
  }
  const auto* rules = rules_of(*side->policy, tag);
  return Judge{*std::move(side), rules, rules == nullptr};
}

// A policy that contradicts itself may protect anything.
Result<AuditPolicies::Watch> AuditPolicies::watch_by(const Policy* policy, const RefName& ref) {
  if (policy == nullptr) {
    return Watch::none;
  }
  const auto* rules = rules_of(*policy, ref);
  if (rules == nullptr || rules->is_protected() || asks_for_verdicts(*policy, *rules)) {
    return Watch::protection;
  }
  const auto guarded = guards_policy(*rules, ref, m_side.remote, m_policies);
  if (!guarded) {
    return tl::unexpected(guarded.error());
  }
  return *guarded ? Watch::policy : Watch::none;
}

Result<AuditPolicies::Watch> AuditPolicies::watch_on_line(const BranchTip& tip, Watch at_least) {
  Watch most = at_least;
  Oid commit = tip.tip;
  for (int i = 0; i < k_most_ancestors && most != Watch::protection; ++i) {
    const auto read = m_policies.at(commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    const auto watch = watch_by((*read)->policy ? &*(*read)->policy : nullptr, tip.branch);
    if (!watch) {
      return watch;
    }
    most = std::max(most, *watch);
    const auto parent = m_repository.first_parent(commit);
    if (!parent) {
      return tl::unexpected(parent.error());
    }
    if (!*parent) {
      break;
    }
    commit = **parent;
  }
  return most;
}

Result<AuditPolicies::Watch> AuditPolicies::watch_of(const BranchTip& tip) {
  Watch most = Watch::none;
  for (const auto& at : {std::optional(tip.tip), std::optional<Oid>()}) {
    const auto side = m_policies.judging(tip.branch, at, m_side.remote, tip.tip);
    if (!side && side.error().kind != ErrorKind::policy) {
      return tl::unexpected(side.error());
    }
    // One that can't be read may protect anything.
    const auto watch = side ? watch_by(side->policy, tip.branch) : Result<Watch>(Watch::protection);
    if (!watch) {
      return watch;
    }
    most = std::max(most, *watch);
  }
  return watch_on_line(tip, most);
}

Result<AuditPolicies::Watched> AuditPolicies::watched_branches(const std::vector<BranchTip>& tips) {
  Watched watched;
  for (const auto& tip : tips) {
    const auto watch = watch_of(tip);
    if (!watch) {
      return tl::unexpected(watch.error());
    }
    if (*watch == Watch::protection) {
      watched.protected_ones.push_back(tip.branch);
    }
    if (*watch != Watch::none) {
      watched.all.push_back(tip.branch);
    }
  }
  std::sort(watched.all.begin(), watched.all.end());
  const auto head = m_repository.remote_head(m_side.remote);
  if (!head) {
    return tl::unexpected(head.error());
  }
  auto& first = watched.protected_ones;
  std::stable_partition(first.begin(), first.end(), [&](const RefName& branch) { return *head && branch == **head; });
  return watched;
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
