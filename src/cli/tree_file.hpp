// A file of a commit as a run of that commit's tree would find it.
#pragma once

#include <string>

#include "base/error.hpp"
#include "git/repository.hpp"
#include "policy/surface.hpp"

namespace gate {

/// Symlinks are followed as long as they stay in the tree, as path_resolution(7) says. What they hide then, or a submodule, is opaque: its
/// content names the whole tree. `path` is relative, without "." and "..". An error where an object is missing.
Result<TreeFile> read_tree_file(OpenRepository& repository, const Oid& commit, const std::string& path);

} // namespace gate
