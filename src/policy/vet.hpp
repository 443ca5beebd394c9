// What a policy text must be before a TOML parser may see it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace gate {

/// Policy files come from whoever pushes, and toml++ 3.3 aborts, overflows its stack or runs into undefined behaviour on
/// three kinds of hostile text. Refused here: over 64 KiB, not UTF-8, control bytes, characters beyond ASCII outside of
/// strings and comments, more than 32 dots in what can be one key.
std::optional<Diagnostic> vet_policy_text(std::string_view text, const std::string& name);

} // namespace gate
