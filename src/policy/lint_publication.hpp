// What a single publication says that it can't mean. For lint.
#pragma once

#include <vector>

#include "policy/lint.hpp"

namespace gate {

std::vector<Finding> lint_publication(const PublishRule& rule);

} // namespace gate
