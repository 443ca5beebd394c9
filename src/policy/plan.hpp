// What a merge publishes. Pure: facts in, a plan out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/publication.hpp"

namespace gate {

/// What has happened, as far as publishing must know it.
struct MergeFacts {
  enum class Event {
    merge,         ///< post-merge: the work tree moved, by a merge or by a pull
    commit,        ///< post-commit: a merge whose conflicts were resolved never runs post-merge
    asked,         ///< `gate publish`
    ci_push,       ///< CI runs for a push to the branch
    ci_other,      ///< CI runs for anything else: a pull request, a tag, a merge queue
  };
  Event event = Event::asked;
  std::optional<RefName> branch; ///< that HEAD is on, or that CI runs for; nothing when HEAD is detached
  bool is_squash = false;        ///< post-merge's argument (githooks(5)): nothing was committed
  std::size_t parents = 1;       ///< of the commit
  /// The same branch's tracking ref, of any remote, contains the commit. After a merge that means somebody else made it, and it was
  /// pulled. A fast-forward of staging to what development has pushed is still one's own.
  bool is_public = false;
  /// `git pull` fast-forwarded the branch to that branch of a remote, which need not have a tracking ref (`git pull URL staging`).
  /// What a pull merges is one's own, and so is `git pull origin development`.
  bool is_pulled = false;
};

/// One rule that the event sets going.
struct PlannedPublication {
  enum class WaitsForRemote {
    nothing,
    branch_tags, ///< the image goes out under its commit tags at once
    everything,  ///< a builder clones the remote
  };
  PublishRule rule;
  WaitsForRemote waits = WaitsForRemote::branch_tags;
};

struct PublishPlan {
  std::vector<PlannedPublication> publications;
  /// Why there are none, for whoever asked; empty where a hook has nothing to say.
  std::string reason;
};

/// Which of the rules apply. The event decides who is at work: in CI what `by` leaves to it, elsewhere the rest.
PublishPlan plan_publications(const std::vector<PublishRule>& rules, const MergeFacts& facts);

} // namespace gate
