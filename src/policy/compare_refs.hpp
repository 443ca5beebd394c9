// How the rules of one ref differ between two policies. For compare.
#pragma once

#include <vector>

#include "policy/compare.hpp"
#include "policy/compare_rules.hpp"

namespace gate {

/// The rules of a ref, and the suites of the policy that they come from.
struct RefSide {
  const RefRules& rules;
  TextSet suites;
};

/// Without `where`. Rules that are enforced, who may break which, and rules that are only evaluated.
std::vector<PolicyDifference> compare_ref(const RefSide& a, const RefSide& b, const RefName& ref);

} // namespace gate
