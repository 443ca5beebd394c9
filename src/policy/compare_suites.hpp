// How the suites and the publications of two policies differ. For compare.
#pragma once

#include <vector>

#include "policy/compare.hpp"

namespace gate {

/// Without `where`. A suite that is run otherwise is a change: no order of commands tells what they find.
std::vector<PolicyDifference> compare_suites(const Policy& a, const Policy& b);
/// Without `where`; a publication that both have is compared part by part ("publish.x.by").
std::vector<PolicyDifference> compare_publications(const Policy& a, const Policy& b);

} // namespace gate
