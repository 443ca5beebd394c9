// What a program that knows the user's logins (a credential helper of docker's, aws, a credential_process)
// gets to see.
#pragma once

#include "os/process.hpp"

namespace gate::registry {

/// PATH, HOME, the way to the user's keyring, the way out (proxies, authorities) and AWS_*: such a program is
/// the user's own, but it has no business with the rest.
Environment helper_environment(const Environment& env);

} // namespace gate::registry
