// Breaking a rule with a reason: who asks, and what is written down of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "attest/bypass_file.hpp"
#include "cli/invocation.hpp"
#include "cli/session.hpp"
#include "policy/evaluate.hpp"

namespace gate {

/// The variable by which those who push ask for it.
inline constexpr std::string_view k_skip_variable = "GATE_SKIP";

/// What GATE_SKIP asks for; nothing when it is not set. Who asks is the committer's e-mail address as git has it: on the machine of
/// the one who pushes a claim, no proof. An unusable reason is an error of kind usage that shows how.
Result<std::optional<BypassRequest>> bypass_from_environment(const Invocation& invocation);

/// The reason, if it is one: not blank, one line, at most 1000 bytes. `how` is the command that gives a proper one.
Result<std::string> usable_reason(std::string reason, const std::string& how);

/// Adds a notice where a bypass was asked for (by `means`, "GATE_SKIP") and there was nothing to skip.
void note_unused_bypass(Judgement& judgement, const std::string& means);

/// <common git directory>/gate/bypasses.jsonl
BypassFile bypass_file_of(OpenRepository& repository);

/// Writes down what a push is let through with, before it is; an update that stands there already with the same words is not
/// written again. `granted` where nothing is pushed yet. An error means that it must not be let through.
Result<void> record_bypasses(const Judgement& judgement, const Push& push, Session& session, BypassRecord::State state = BypassRecord::State::done);

} // namespace gate
