// The file that tells a pre-push whether a publication may be waiting for what is pushed, so that it opens no database.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "policy/outbox_entry.hpp"
#include "policy/push.hpp"

namespace gate {

/// Writes down the branches that these entries wait for, a full name a line; takes the file away when there are none.
Result<void> mark_pending(const std::filesystem::path& marker, const std::vector<OutboxEntry>& entries);

/// The branches that the push updates and the marker names. No marker is the usual case and costs one stat(2).
std::vector<RefName> pending_branches(const std::filesystem::path& marker, const std::vector<RefUpdate>& updates);

} // namespace gate
