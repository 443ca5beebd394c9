// The environment of programs that gate starts for itself.
#pragma once

#include "os/process.hpp"

namespace gate {

/// Without what only a publication may read: AWS's keys and tokens, whatever holds the URL of a build trigger, and a wish to bypass. What the user
/// started through gate (`git push`, a hook that was there before) gets the environment as it came.
Environment child_environment(const Environment& env);

} // namespace gate
