// The environment of programs that gate starts for itself.
#pragma once

#include "os/process.hpp"

namespace gate {

/// Without what only a publication may read: AWS's keys and tokens, and whatever holds the URL of a build trigger. What the user
/// started through gate (`git push`, a hook that was there before) gets the environment as it came.
Environment child_environment(const Environment& env);

} // namespace gate
