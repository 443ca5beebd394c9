// Turning into another program: gate-full, or a hook that was there before.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/invocation.hpp"

namespace gate {

/// The variable by which gate tells gate-full which build it comes from.
inline constexpr std::string_view k_build_variable = "GATE_BUILD_ID";

/// Replaces this process (execve(2)): signal mask and dispositions are reset, `stdin_text` (if there is one) becomes the new
/// standard input, as a sealed memfd that may be read or not. Returns only when it fails.
Error become(const std::string& program, const std::vector<std::string>& argv, const Environment& env,
             const std::optional<std::string>& stdin_text);

} // namespace gate
