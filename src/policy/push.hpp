// What is about to be pushed, and what the repository knows about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"

namespace gate {

/// One line of pre-push's standard input (githooks(5)). Judged by its remote ref only: the local one is whatever the
/// user typed ("HEAD", an oid, "(delete)").
struct RefUpdate {
  std::string local_ref;
  Oid new_oid;
  RefName ref;
  Oid old_oid;

  bool creates() const { return old_oid.is_zero(); }
  bool removes() const { return new_oid.is_zero(); }
};

struct Push {
  std::string remote; ///< the remote's name, or its URL when the push went to a URL
  std::string url;    ///< may hold a password: never printed as it is
  std::vector<RefUpdate> updates;
};

/// Reads pre-push's standard input: `<local ref> SP <local oid> SP <remote ref> SP <remote oid> LF`. A malformed line
/// is an error that names it; empty input is an empty list.
Result<std::vector<RefUpdate>> parse_ref_updates(std::string_view input);

/// What an object name stands for once tags are peeled off.
struct Peeled {
  enum class Kind { commit, tree, blob, missing };
  Kind kind = Kind::missing;
  std::optional<Oid> commit;
  std::optional<Oid> tree;
};

/// A branch of the remote as this repository last saw it.
struct BranchTip {
  RefName branch; ///< its name on the remote: refs/heads/…
  Oid tip;
};

/// A new commit on the first-parent line of an update.
struct LineCommit {
  Oid oid;
  std::string subject;             ///< first line of its message, as it stands: hostile
  bool is_merge = false;           ///< it has a second parent or more, and not all of them were in its first already
  std::vector<Oid> foreign_parents; ///< other parents that no source branch contains
};

/// How an update of an existing ref relates to its old tip.
struct History {
  enum class Relation {
    descends,    ///< the old tip is an ancestor of the new one
    diverged,    ///< it is not
    cannot_tell, ///< the old tip or a commit on the way is not in this repository (unfetched, shallow)
  };
  Relation relation = Relation::cannot_tell;
  std::vector<LineCommit> line;          ///< newest first; only for `descends`
  std::optional<RefName> contained_in;   ///< a source branch whose tip contains the new one
  std::vector<RefName> absent_sources;   ///< of `from`, branches that the remote did not have when it was last fetched
  bool on_first_parent_line = true;      ///< the old tip stands on the new one's first-parent line; only for `descends`
};

} // namespace gate
