// Whether an update changes the policy that judges it.
#pragma once

#include <optional>

#include "app/policies.hpp"
#include "policy/facts.hpp"
#include "ports.hpp"

namespace gate {

/// What `commit` makes of the policy of `side`: of its file, and of those beside it that it names. Nothing where it says the same, and
/// where no file of the repository judges.
Result<std::optional<PolicyChange>> policy_delta(const ProtectedSide& side, const Oid& commit, Policies& policies, Repository& repository);

} // namespace gate
