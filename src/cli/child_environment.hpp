// The environment of programs that gate starts for itself.
#pragma once

#include <string>
#include <vector>

#include "os/process.hpp"

namespace gate {

/// Without what only a publication may read: AWS's keys and tokens, CI's identity tokens, whatever holds the URL of a build trigger, and
/// without a wish to bypass. What the user started through gate (`git push`, a hook that was there before) gets the environment as it came.
Environment child_environment(const Environment& env);
/// The same, and without these variables, which a policy says to hold secrets.
Environment child_environment(const Environment& env, const std::vector<std::string>& secrets);

} // namespace gate
