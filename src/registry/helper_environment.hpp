// What a program that knows the user's logins (a credential helper of docker's, aws, a credential_process)
// gets to see.
#pragma once

#include "os/process.hpp"

namespace gate::registry {

/// PATH, HOME, the way to the user's keyring, the way out (proxies, authorities) and AWS_*: such a program is
/// the user's own, but it has no business with the rest.
Environment helper_environment(const Environment& env);

/// For a program that the user's own configuration of AWS names (a credential_process, aws for SSO): AWS's own programs give it everything,
/// and password managers and clouds have variables of many names. So all but git's own (GIT_*, of the hook that gate may be in), CI's
/// identity tokens, a wish to bypass and whatever holds a trigger's URL. `env` is without the variables that a policy says to hold secrets.
Environment own_program_environment(const Environment& env);

} // namespace gate::registry
