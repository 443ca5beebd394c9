// What can be told of a single suite. For lint.
#pragma once

#include <vector>

#include "policy/lint.hpp"

namespace gate {

std::vector<Finding> lint_suite(const Suite& suite);

} // namespace gate
