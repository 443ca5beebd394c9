// The event that GitHub Actions runs for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "os/process.hpp"

namespace gate {

struct GithubEvent {
  std::string name; ///< "push", "pull_request", "merge_group"
  RefName ref;      ///< that the event updates, or would
  Oid new_oid;
  std::optional<Oid> old_oid; ///< nothing for a pull request: the first parent of its merge commit is the base that counts
};

/// Reads GITHUB_EVENT_NAME, GITHUB_REF, GITHUB_SHA, GITHUB_BASE_REF and the JSON of the event
/// (docs.github.com: "Variables reference", "Webhook events and payloads"); all of it may be hostile. Nothing outside of
/// GitHub Actions; an event that can't be judged is an error that names the flags.
Result<std::optional<GithubEvent>> read_github_event(const Environment& env);

} // namespace gate
