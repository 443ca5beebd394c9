// The environment of programs that gate starts for itself.
#pragma once

#include <string>
#include <vector>

#include "os/process.hpp"

namespace gate {

/// Without what only a publication may read: AWS's keys and tokens, CI's identity tokens, whatever holds the URL of a build trigger,
/// where the key for verdicts lies, and without a wish to bypass. What the user started through gate (`git push`, a hook that was there before) gets the environment as it came, but for
/// where that key lies (cli/git_push.hpp).
Environment child_environment(const Environment& env);
/// The same, and without these variables, which a policy says to hold secrets.
Environment child_environment(const Environment& env, const std::vector<std::string>& secrets);

} // namespace gate
