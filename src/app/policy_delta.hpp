// Whether an update changes the policy that judges it.
#pragma once

#include <optional>
#include <vector>

#include "app/policies.hpp"
#include "policy/facts.hpp"
#include "ports.hpp"

namespace gate {

/// Does a change of the policy on this ref have to satisfy the policy that judges the ref? On one that is protected, or named by a block that
/// is in force, and on the branch whose policy speaks for new refs: there somebody could weaken what judges. Never on a ref that no
/// block mentions, nor on a tag, which has no policy of its own.
Result<bool> guards_policy(const RefRules& rules, const RefName& ref, const std::optional<std::string>& remote, Policies& policies);

/// What `commit` makes of the policy of `side`: of its file, and of those beside it that it names (policy_paths). Nothing where they
/// are the same, and where no file of the repository judges. Who brought the change is not in it yet.
Result<std::optional<PolicyChange>> policy_delta(const ProtectedSide& side, const Oid& commit, Policies& policies, Repository& repository);

/// Fills in which of these changes by new commits made the policy what it is at the new tip.
Result<void> find_bringers(PolicyChange& change, const std::vector<ChangedFile>& files, Repository& repository);

} // namespace gate
