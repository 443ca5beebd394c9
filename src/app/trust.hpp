// What must be agreed to before a repository runs or publishes something here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/surfaces.hpp"
#include "policy/policy.hpp"
#include "policy/surface.hpp"

namespace gate {

/// Adds what the other reading has.
void join(SurfaceReading& into, SurfaceReading other);

/// All that a policy would run on a tree, and publish. The policy's own file is among the sources.
Result<SurfaceReading> whole_surface(const Policy& policy, const TreeReader& read, SuiteSurface& suites);

/// Of what is wanted, the lines that nobody on this machine has agreed to.
std::vector<SurfaceLine> untrusted(const std::vector<SurfaceLine>& wanted, const std::optional<TrustRecord>& record);

/// A commit that was just made, for the question whose it is.
struct CommitFacts {
  std::size_t parents = 0;
  std::string author_email;    ///< of the commit
  std::string committer_email; ///< of the commit, which was made here
  std::string own_email;       ///< that git's configuration gives to whoever commits here
  std::string reflog_message;  ///< of HEAD's newest entry
};

/// Is the commit this developer's own work? What a pull, a merge, a rebase or `git am` brings is not. (refs.c of git: "commit",
/// "commit (initial)", "commit (amend)".)
bool is_own_commit(const CommitFacts& facts);

} // namespace gate
