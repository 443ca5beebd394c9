// What other commands and the hooks need of `gate publish`.
#pragma once

#include <vector>

#include "cli/publishing.hpp"

namespace gate {

/// For post-merge and post-commit: publishes what the policy says of HEAD. Never fails: the merge stands, and what was not
/// done is said with the command that does it.
void publish_after_merge(MergeFacts::Event event, bool is_squash, const Invocation& invocation, const Terminal& err);

/// Goes on with what waits for these branches. Only after ensure_all_adapters.
void publish_after_push(const std::vector<RefName>& branches, Publishing::Tests tests, Session& session, const Invocation& invocation,
                        const Terminal& err);

/// All entries of the outbox; none if there is no outbox. A gate that has to become gate-full for it does.
Result<std::vector<OutboxEntry>> outbox_entries(Session& session, const Invocation& invocation);

} // namespace gate
