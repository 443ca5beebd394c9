// The commits that an update brings. Only for the .cpp files of this folder.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "git/handles.hpp"
#include "policy/facts.hpp"

namespace gate {

/// The commits that some of `tips` contain and none of `known` does, children before parents; always the same order for the same
/// question. Tips may be given twice. One walk: it reads what is new, and from the nearest known tips on what could lead to it. What git's
/// commit-graph file lists of the known history is taken from there, as git takes it; what may be new is always read from its object.
/// Exact where that file lists everything that is known or no commit is older than its parent; else it may give more, never less.
/// Annotated tags in `known` stand for their commits; what of it is not here or is no commit is left out.
/// An error names the commit that is not here or malformed, or that is new and has its parents beyond the edge of a shallow clone.
Result<std::vector<NewCommit>> find_new_commits(RepositoryState& state, const std::vector<Oid>& tips, const std::vector<Oid>& known);

} // namespace gate
