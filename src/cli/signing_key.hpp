// Which key this machine signs verdicts with.
#pragma once

#include "base/error.hpp"
#include "cli/invocation.hpp"
#include "signing/envelopes.hpp"

namespace gate {

/// Names a file with an ed25519 key in PEM, or "fd:N".
inline constexpr const char* k_signing_key_variable = "GATE_SIGNING_KEY";

/// GATE_SIGNING_KEY; else git's own key where gpg.format is ssh (user.signingKey, gpg.ssh.program; gpg.ssh.defaultKeyCommand where there is no
/// user.signingKey, git-config(1)); else none. `environment` is the one that git is asked with. An error: the variable makes no sense.
Result<SigningKey> signing_key_of(const Invocation& invocation, const Environment& environment);

} // namespace gate
