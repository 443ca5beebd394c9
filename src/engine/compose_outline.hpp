// The services of a compose file, for a proposal of a policy.
#pragma once

#include <filesystem>
#include <vector>

#include "ports.hpp"

namespace gate {

/// Reads the services of a compose file in the order of the file; both spellings of `build` are understood. A file that
/// is no YAML or has no services is an error with its place. Nothing is checked here: a run does that.
Result<std::vector<ComposeService>> read_compose_outline(const std::filesystem::path& file);

} // namespace gate
