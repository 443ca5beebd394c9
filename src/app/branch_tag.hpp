// Where a branch tag may move.
#pragma once

#include "base/error.hpp"
#include "policy/outbox_entry.hpp"
#include "ports.hpp"

namespace gate {

/// What the remote's branch knows of a commit.
struct RemoteStanding {
  enum class Has { yes, no, cannot_tell };
  Has has = Has::no;
  std::optional<Oid> tip; ///< of the remote's branch, as the remote says
};

/// Asks the remote whether its branch contains the entry's commit. A tip that is not in this repository is followed by
/// what was fetched last.
Result<RemoteStanding> remote_standing(const OutboxEntry& entry, Repository& repository, RemoteBranches& remotes);

/// May the branch tags that show `shown` now be moved to the entry's commit?
///  - yes when the remote's tip is that commit: whatever the tag shows is older, or never reached the branch.
///  - else not if `shown` is what a newer commit of the branch, or one that is not known here, has published under its
///    commit tag.
/// Nothing: it may. Else a sentence that says why not, with `is_newer` where the branch is simply ahead.
struct TagObstacle {
  bool is_newer = false;
  std::string reason;
  std::string remedy;
};
Result<std::optional<TagObstacle>> obstacle_to_moving(const OutboxEntry& entry, const Manifest& shown, const RemoteStanding& remote,
                                                      Repository& repository, RemoteRepository& registry);

} // namespace gate
