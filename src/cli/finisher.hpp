// After a plain `git push`: who moves the branch tag.
#pragma once

#include <vector>

#include "cli/session.hpp"

namespace gate {

/// In the environment of the `git push` that `gate push` runs: the common git folder of the repository that it pushes. git hands it
/// on to the pushes of submodules, which are none of gate push's.
inline constexpr std::string_view k_gate_push_variable = "GATE_PUSH";

/// Was this hook's push started by `gate push`? It has said what has passed, and goes on with the publications itself.
bool is_push_of_gate(Session& session, const Invocation& invocation);

/// For pre-push, once the push is allowed: if a publication waits for a branch that it updates, starts a gate in the background that
/// waits for git to end and then looks whether the remote has the commit. Never fails a push: what it could not start stays
/// pending.
void start_finisher(const std::vector<RefUpdate>& updates, Session& session, const Invocation& invocation, const Terminal& err);

/// That gate: `gate hook finisher DESCRIPTOR FOLDER BRANCH...`; it waits in that folder.
ExitCode run_finisher(const std::vector<std::string>& arguments, const Invocation& invocation);

} // namespace gate
