// What a publication has left undone though it is over, as its reason says.
#include <algorithm>

#include "app/publish_run.hpp"

namespace gate {

namespace {

std::size_t left_at(const OutboxEntry& entry, const std::string& tag) { return entry.reason.find("the tag " + tag + std::string(k_was_left)); }

} // namespace

std::string left_in(const OutboxEntry& entry) {
  std::size_t first = std::string::npos;
  for (const auto& tag : entry.branch_tags) {
    first = std::min(first, left_at(entry, tag));
  }
  return first == std::string::npos ? "" : entry.reason.substr(first);
}

std::vector<std::string> branch_tags_not_left(const OutboxEntry& entry) {
  std::vector<std::string> tags;
  std::copy_if(entry.branch_tags.begin(), entry.branch_tags.end(), std::back_inserter(tags),
               [&](const std::string& tag) { return left_at(entry, tag) == std::string::npos; });
  return tags;
}

bool was_left_without_claim(const OutboxEntry& entry) {
  return entry.state == PublicationState::done && !entry.is_trigger() && entry.reason.find(k_no_claim) != std::string::npos;
}

} // namespace gate
