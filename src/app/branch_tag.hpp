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

/// Asks the remote whether its branch contains the entry's commit. A tip that is not in this repository is fetched, without
/// moving any ref.
Result<RemoteStanding> remote_standing(const OutboxEntry& entry, Repository& repository, RemoteBranches& remotes);

/// Why a branch tag may not be moved.
struct TagObstacle {
  bool is_newer = false; ///< it shows what a newer commit of the branch has published: all is well
  std::string reason;
  std::string remedy;
};

/// May a branch tag that shows `shown` now be moved to the entry's commit? Nothing: it may.
///  - When the remote's tip is that commit, it may: whatever the tag shows is older, or never reached the branch.
///  - Else the commit tags of the same digest tell what it shows. A newer commit of the branch, a commit that is not known here,
///    or none at all is an obstacle; an older one, or one that the branch never had, is not.
Result<std::optional<TagObstacle>> obstacle_to_moving(const OutboxEntry& entry, const Manifest& shown, const RemoteStanding& remote,
                                                      Repository& repository, RemoteRepository& registry);

} // namespace gate
