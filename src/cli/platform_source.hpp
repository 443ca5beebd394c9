// What an image for several platforms is built from.
#pragma once

#include "cli/session.hpp"
#include "engine/platform_builds.hpp"

namespace gate {

/// A fresh private checkout of what the entry's suite sees of its commit, and the suite's own `build`, by the policy that says what is
/// tested. The session must outlive the folder. An error where a push of the commit would be refused, or the suite builds no image.
Result<PlatformSource> platform_source(const OutboxEntry& entry, Session& session, const Interrupt& interrupt);

} // namespace gate
