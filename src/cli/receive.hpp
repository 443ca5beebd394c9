// What the hooks of a repository that receives pushes do: pre-receive judges, post-receive writes bypasses down.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.hpp"
#include "cli/terminal.hpp"
#include "policy/evaluate.hpp"
#include "policy/push.hpp"

namespace gate {

/// Reads the standard input of pre-receive and post-receive: `<old oid> SP <new oid> SP <ref> LF` (githooks(5)). A malformed line
/// or a ref that comes twice is an error that names the line; so is empty input: git never calls these hooks so.
Result<std::vector<RefUpdate>> parse_received_updates(std::string_view input);

/// What the push option gate.skip=REASON asks for (githooks(5), GIT_PUSH_OPTION_COUNT); nothing when it is not given. Who asks is
/// known of a signed push alone, whose certificate git found good and fresh (git-receive-pack(1), GIT_PUSH_CERT_STATUS and
/// GIT_PUSH_CERT_NONCE_STATUS); else `who` is empty. Two of them, one without a usable reason, and any other option that begins with
/// "gate." are errors of kind usage.
Result<std::optional<BypassRequest>> bypass_from_push_options(const Environment& env);

/// Judges every update by the rules of this repository's own branches; runs no suite. Where the policy has [verdicts], a protected ref moves only if each
/// of its suites has a verdict from elsewhere that holds, in the notes that are here or that come with the push. Writes nothing but what it
/// has verified, and a bypass that it grants. Says nothing of a push that breaks no rule.
ExitCode pre_receive(const Invocation& invocation, const std::string& input, const Terminal& err);

/// After the refs have moved: writes down what was bypassed. Never fails; what it can't write it says.
void post_receive(const Invocation& invocation, const std::string& input, const Terminal& err);

} // namespace gate
