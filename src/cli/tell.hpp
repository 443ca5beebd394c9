// What ends a command that went wrong.
#pragma once

#include "app/layering.hpp"
#include "base/error.hpp"
#include "cli/invocation.hpp"

namespace gate {

/// Prints it on standard error, with what mends it. Gives the exit code that it ends with.
ExitCode tell(const Error& error, const Invocation& invocation);
/// The same for a policy that can't be had: all that is wrong with it, and what could not be read.
ExitCode tell(const PolicyFailure& failure, const Invocation& invocation);

} // namespace gate
