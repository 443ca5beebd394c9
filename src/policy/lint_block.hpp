// What can be told of a single block. For lint.
#pragma once

#include <chrono>
#include <vector>

#include "policy/lint.hpp"

namespace gate {

std::vector<Finding> lint_block(const Block& block, std::chrono::system_clock::time_point now);

} // namespace gate
