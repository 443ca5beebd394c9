// gate policy SUBCOMMAND, one function each. Each gets an invocation in which the subcommand stands where the command did, so that
// Options and Invocation::arguments() serve it as they serve a command: {"gate", "test", "policies/trunk.test.toml"}.
#pragma once

#include "cli/invocation.hpp"

namespace gate {

/// `gate policy test`: the [[test]] blocks beside a policy. policy_test.cpp.
ExitCode run_policy_test(const Invocation& invocation);
/// `gate policy schema`: the JSON Schema of a policy file. policy_schema.cpp.
ExitCode run_policy_schema(const Invocation& invocation);
/// `gate policy update`: moves the pin of an extended policy and shows what that changes. policy_update.cpp.
ExitCode run_policy_update(const Invocation& invocation);
/// `gate policy fetch`: brings extended policies to this machine. policy_update.cpp.
ExitCode run_policy_fetch(const Invocation& invocation);

} // namespace gate
