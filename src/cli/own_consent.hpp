// Consent that nobody has to be asked for: to install gate is one, to edit the tests oneself is another.
#pragma once

#include <string>

#include "cli/invocation.hpp"

namespace gate {

/// For `gate install`, before its first output: a program that can't read what suites would run becomes one that can, if there is
/// something to read.
void prepare_consent_at_install(const Invocation& invocation);
/// Agrees to what HEAD has. Gives what is to be shown of it, empty if nothing is new; where nothing could be agreed to, a sentence that says so.
std::string consent_at_install(const Invocation& invocation);

/// For post-commit. Agrees to what HEAD would run if it is the developer's own commit, what it is built on was agreed to, and it
/// does not bring in what a remote has. Cheap where nothing of that changed; silent, and never fails. Before the first output.
void consent_by_own_commit(const Invocation& invocation);

} // namespace gate
