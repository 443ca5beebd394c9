#include "app/arm.hpp"

#include <algorithm>
#include <iterator>

namespace gate {

Result<std::vector<OutboxEntry>> entries_for(const PublishPlan& plan, const Oid& commit, const std::string& remote, const std::string& source,
                                             const std::function<std::optional<std::string>(std::string_view)>& variable) {
  std::vector<OutboxEntry> entries;
  for (const auto& [rule, waits] : plan.publications) {
    OutboxEntry entry(rule.branch, commit);
    entry.rule = rule.name;
    entry.remote = remote;
    if (const auto* image = std::get_if<ImageDestination>(&rule.what)) {
      const auto name = destination_of(rule, *image, variable);
      if (!name) {
        return tl::unexpected(name.error());
      }
      entry.destination = name->str();
      entry.suite = image->suite;
      std::transform(image->commit_tags.begin(), image->commit_tags.end(), std::back_inserter(entry.commit_tags),
                     [&](const std::string& tag) { return tag_for(tag, rule.branch, commit); });
      std::transform(image->branch_tags.begin(), image->branch_tags.end(), std::back_inserter(entry.branch_tags),
                     [&](const std::string& tag) { return tag_for(tag, rule.branch, commit); });
    } else {
      entry.destination = std::string(k_trigger_prefix) + std::get<BuildTrigger>(rule.what).variable;
    }
    entry.branch_tags_at_once = waits == PlannedPublication::WaitsForRemote::nothing;
    entry.finishes_itself = rule.finish == PublishRule::Finish::automatic;
    entry.source = source;
    entry.created = entry.changed = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    entries.push_back(std::move(entry));
  }
  return entries;
}

} // namespace gate
