// What can be told of a single block. For lint.
#pragma once

#include <chrono>
#include <vector>

#include "policy/lint.hpp"

namespace gate {

/// Does no pattern of it lie outside refs/tags/?
bool speaks_of_tags_only(const Block& block);

std::vector<Finding> lint_block(const Block& block, std::chrono::system_clock::time_point now);

} // namespace gate
