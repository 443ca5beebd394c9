// Whether an update changes the policy that judges it.
#pragma once

#include <optional>
#include <vector>

#include "app/policies.hpp"
#include "policy/facts.hpp"
#include "ports.hpp"

namespace gate {

/// What `commit` makes of the policy of `side`: of its file, and of those beside it that it names (policy_paths). Nothing where they
/// are the same, and where no file of the repository judges. Who brought the change is not in it yet.
Result<std::optional<PolicyChange>> policy_delta(const ProtectedSide& side, const Oid& commit, Policies& policies, Repository& repository);

/// Fills in which of these changes by new commits made the policy what it is at the new tip.
Result<void> find_bringers(PolicyChange& change, const std::vector<ChangedFile>& files, Repository& repository);

} // namespace gate
