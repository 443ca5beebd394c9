// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// The candidate that is nearest to the word by edit distance, if it is near enough to be a slip of the hand.
std::optional<std::string> near_miss(std::string_view word, const std::vector<std::string>& candidates);

} // namespace gate
