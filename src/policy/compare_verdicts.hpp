// How [verdicts] of two policies differ in meaning. For compare.
#pragma once

#include <vector>

#include "policy/compare.hpp"

namespace gate {

/// Whose word counts: more files, principals and platforms and a higher age are looser. Where that can't be told, because on one machine it spares
/// runs and on another it is asked for, it changes.
std::vector<PolicyDifference> compare_verdicts(const Policy& a, const Policy& b);

} // namespace gate
