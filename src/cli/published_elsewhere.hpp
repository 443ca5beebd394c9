// What others have published, as the git remotes have it.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"

namespace gate {

struct Elsewhere {
  std::vector<PublishedRecord> records; ///< the newest first, 20 at most, without what the outbox has itself
  std::vector<std::string> notes;       ///< which remote could not be asked, and why
};

/// Asks the remotes that publications of this repository have to do with: of the outbox's entries, of the branch that HEAD is on, and
/// "origin"; none that is not configured. An interrupt is the only error.
Result<Elsewhere> published_elsewhere(const std::vector<OutboxEntry>& entries, Session& session, const Invocation& invocation);

} // namespace gate
