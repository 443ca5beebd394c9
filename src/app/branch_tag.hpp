// Where a branch tag may move.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

/// What is asked about.
struct BranchTagQuestion {
  const OutboxEntry& entry;
  const std::string& tag;
  const RemoteStanding& remote;
  const std::vector<PublishedRecord>& records; ///< of the destination, the newest first
};

/// May a branch tag that shows `shown` now be moved to the entry's commit? Nothing: it may.
///  - The newest record of this tag that has the same digest tells which commit it shows; the registry is not asked then.
///  - When the remote's tip is the entry's commit, it may: whatever the tag shows is older, or never reached the branch.
///  - Else the commit tags of the same digest tell what it shows. A newer commit of the branch, a commit that is not known here,
///    or none at all is an obstacle; an older one, or one that the branch never had, is not.
/// Where tags move at once, a descendant of the entry's commit is newer whether the branch has it yet or not.
Result<std::optional<TagObstacle>> obstacle_to_moving(const BranchTagQuestion& question, const Manifest& shown, Repository& repository,
                                                      RemoteRepository& registry);

/// The newest record of this tag, if it is not of the image that has this digest; null: there is none.
const PublishedRecord* newest_of_another(const std::string& tag, const std::vector<PublishedRecord>& records, const Digest& digest);

/// Is the commit newer than the entry's, as far as can be told: one that the branch has, and the entry's commit has not?
Result<RemoteStanding::Has> is_newer(const Oid& commit, const OutboxEntry& entry, const RemoteStanding& remote, Repository& repository);

} // namespace gate
