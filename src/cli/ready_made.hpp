// The folder policies/, put into the program at build time (cmake/ReadyMade.cmake).
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace gate {

struct ReadyMade {
  std::string_view name; ///< what stands after "gate:"
  std::string_view text;
};

/// In the order of their names.
std::span<const ReadyMade> ready_made_policies();

/// The JSON Schema of a policy file.
std::string_view policy_schema();

} // namespace gate
