// Where git looks for this repository's hooks, and what stands there.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "cli/hook_shims.hpp"
#include "cli/invocation.hpp"

namespace gate {

/// The folder that git itself names (`git rev-parse --git-path hooks`), absolute. Work trees, submodules and a
/// repository-local core.hooksPath are git's business; a core.hooksPath from anywhere else is an error: it is shared by
/// every repository, and gate does not write there.
Result<std::filesystem::path> hooks_folder(const Invocation& invocation);

/// What stands under a hook's name.
enum class HookState { absent, gates, foreign };
Result<HookState> state_of(const std::filesystem::path& hook);

} // namespace gate
