// Commits out of the object database. Only for the .cpp files of this folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "git/ancestry.hpp"
#include "git/handles.hpp"

namespace gate {

/// Reads commits as they are: replace refs and grafts have no say. `shallow` is the file that lists where a
/// shallow clone ends, one object name a line (git's technical/shallow.txt); it is read with the first
/// commit, and need not be there. `objects` is the folder whose commit-graph file gives generation numbers;
/// in a shallow clone it is not used. `odb` must outlive it.
std::unique_ptr<CommitSource> commits_of(git_odb* odb, std::filesystem::path shallow,
                                         std::filesystem::path objects);

/// What a commit's or a tag's bytes name in their first line; nothing when they are malformed.
std::optional<git_oid> tree_in(std::string_view commit);
std::optional<git_oid> target_in(std::string_view tag);

/// The first line of the commit's message that is not empty.
Result<std::string> subject_of(git_odb* odb, const CommitId& commit);

} // namespace gate
