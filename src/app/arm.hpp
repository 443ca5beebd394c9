// From a plan to entries of the outbox.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "policy/outbox_entry.hpp"
#include "policy/plan.hpp"

namespace gate {

/// What the plan says, as entries for the outbox: one for each image and each of its destinations. An unusable destination or tag is an
/// error, and so are two publications that would give one tag of one destination to different images: the policy can't show that where
/// variables come to the same. `variable` gives the environment's. `rules` are all that the policy has: `from` names one of them, and
/// the tags that move are those of them all. `source` is the remote's URL, without user and password.
Result<std::vector<OutboxEntry>> entries_for(const PublishPlan& plan, const std::vector<PublishRule>& rules, const TagFacts& facts,
                                             const std::string& remote, const std::string& source,
                                             const std::function<std::optional<std::string>(std::string_view)>& variable);

} // namespace gate
