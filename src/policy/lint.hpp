// What a policy says that can't be meant.
#pragma once

#include <chrono>
#include <vector>

#include "base/diagnostic.hpp"
#include "policy/policy.hpp"

namespace gate {

struct Finding {
  enum class Severity {
    error,   ///< the policy can't do what it is there for: nothing can pass, or a block protects nothing
    warning, ///< a line that never decides anything, or that opens a door
  };
  Severity severity = Severity::warning;
  Diagnostic diagnostic;
};

/// Looks at a policy that parses, at `now`. In the order of the blocks, then what concerns the policy as a whole.
std::vector<Finding> lint(const Policy& policy, std::chrono::system_clock::time_point now);

} // namespace gate
