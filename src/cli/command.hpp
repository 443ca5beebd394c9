// The commands, one function each. To add one: a function here, a file of its own, a row in command.cpp, a test.
#pragma once

#include "cli/invocation.hpp"

namespace gate {

ExitCode run_audit(const Invocation& invocation);
ExitCode run_check(const Invocation& invocation);
ExitCode run_gc(const Invocation& invocation);
ExitCode run_hook(const Invocation& invocation);
ExitCode run_init(const Invocation& invocation);
ExitCode run_install(const Invocation& invocation);
ExitCode run_land(const Invocation& invocation);
ExitCode run_log(const Invocation& invocation);
ExitCode run_policy(const Invocation& invocation);
ExitCode run_publish(const Invocation& invocation);
ExitCode run_push(const Invocation& invocation);
ExitCode run_status(const Invocation& invocation);
ExitCode run_trust(const Invocation& invocation);
ExitCode run_uninstall(const Invocation& invocation);
ExitCode run_verdict(const Invocation& invocation);
ExitCode run_verify(const Invocation& invocation);

/// Finds the command that was asked for and runs it.
ExitCode run(const Invocation& invocation);

} // namespace gate
