// Trees with only some of their paths, known by the id that git would give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <git2.h>

#include "base/error.hpp"
#include "git/path_choice.hpp"

namespace gate {

/// The id of what is at `path` ("" is the tree itself) once the tree has only what is chosen; nothing when that is nothing. Writes no
/// object. A tree's entries are "MODE NAME\0ID" (git's user manual, "Object storage format"). An error: a tree is not here.
Result<std::optional<git_oid>> narrowed(git_repository* repository, const git_oid& tree, const PathChoice& choice, std::string_view path);

/// The same of the folder `tree`, which is at `path`.
Result<std::optional<git_oid>> narrowed_folder(git_repository* repository, const git_oid& tree, const PathChoice& choice, const std::string& path);

} // namespace gate
