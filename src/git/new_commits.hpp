// The commits that an update brings. Only for the .cpp files of this folder.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "git/handles.hpp"
#include "policy/facts.hpp"

namespace gate {

/// The commits that `tip` contains and none of `known` does, children before parents; always the same order for the same question.
/// Reads what is new, the known tips, and of the known history what is not older than the oldest new commit: exact where no commit
/// is older than its parent; else it may give more, never less. What of `known` (commits) is not here is left out. Parents beyond the
/// edge of a shallow clone are not followed. An error names the commit that is not here or malformed.
Result<std::vector<NewCommit>> find_new_commits(RepositoryState& state, const Oid& tip,
                                                const std::vector<Oid>& known);

} // namespace gate
