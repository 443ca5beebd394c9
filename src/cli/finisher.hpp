// After a plain `git push`: who moves the branch tag.
#pragma once

#include <vector>

#include "cli/session.hpp"

namespace gate {

/// Set (to anything) in the environment of the `git push` that `gate push` runs: it has said what has passed, and goes on with the
/// publications itself.
inline constexpr std::string_view k_gate_push_variable = "GATE_PUSH";

/// For pre-push, once the push is allowed: if a publication waits for a branch that it updates, starts a gate in the background that
/// waits for git to end and then looks whether the remote has the commit. Never fails a push: what it could not start stays
/// pending.
void start_finisher(const std::vector<RefUpdate>& updates, Session& session, const Invocation& invocation, const Terminal& err);

/// That gate: `gate hook finisher DESCRIPTOR BRANCH...`.
ExitCode run_finisher(const std::vector<std::string>& arguments, const Invocation& invocation);

} // namespace gate
