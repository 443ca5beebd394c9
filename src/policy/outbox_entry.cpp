#include "policy/outbox_entry.hpp"

#include <array>
#include <utility>

namespace gate {

namespace {

constexpr std::array<std::pair<PublicationState, std::string_view>, 6> k_names{{
    {PublicationState::armed, "armed"},
    {PublicationState::pushed, "pushed"},
    {PublicationState::tagged, "tagged"},
    {PublicationState::done, "done"},
    {PublicationState::failed, "failed"},
    {PublicationState::unknown, "unknown"},
}};

} // namespace

std::string_view name_of(PublicationState state) {
  for (const auto& [known, name] : k_names) {
    if (known == state) {
      return name;
    }
  }
  return "unknown";
}

std::optional<PublicationState> publication_state_named(std::string_view name) {
  for (const auto& [state, known] : k_names) {
    if (known == name) {
      return state;
    }
  }
  return std::nullopt;
}

} // namespace gate
