// Where the work tree is that the current folder is in.
#pragma once

#include <filesystem>

#include "cli/invocation.hpp"

namespace gate {

/// Absolute. An error outside of a repository and in a bare one.
Result<std::filesystem::path> work_tree_top(const Invocation& invocation);

} // namespace gate
