// What commits and trees change. Only for the .cpp files of this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "git/handles.hpp"
#include "policy/facts.hpp"

namespace gate {

/// An entry of a tree that is no folder (git's tree format: "<mode in octal> <name>\0<20 bytes>").
struct TreeEntry {
  unsigned mode = 0;
  git_oid oid{};
};

/// Called with the whole path, and with what the tree has there; nothing: it is taken away.
using OnTreeChange = std::function<Result<void>(const std::string& path, const std::optional<TreeEntry>& entry)>;

/// What the tree has that differs from each of the `others` (by content, mode or kind), and what it lacks of that which all of
/// them have. No others: all that is in the tree. Folders that are equal to one of the others are not read. A tree that is not here
/// or malformed is an error, and so are more than 1,000,000 changes and folders more than 2,000 deep.
Result<void> compare_trees(git_odb* odb, const git_oid& tree, const std::vector<git_oid>& others,
                           const OnTreeChange& on_change);

/// The tree of a commit; an error when the commit is not here or malformed.
Result<git_oid> tree_of(git_odb* odb, const git_oid& commit);

/// See Commits::changed_files. In the order of the trees. Reads the headers of blobs, never their content. An error names the parent,
/// tree or file that is not here, and the command that fetches it.
Result<std::vector<ChangedFile>> find_changed_files(RepositoryState& state, const NewCommit& commit);

} // namespace gate
