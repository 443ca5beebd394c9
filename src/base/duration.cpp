#include "base/duration.hpp"

#include <charconv>

namespace gate {

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr long k_longest = 24L * 3600;
  long number = 0;
  if (text.size() < 2) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() - 1 || number <= 0 || number > k_longest) {
    return std::nullopt;
  }
  const char unit = text.back();
  const long factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
  if (factor == 0 || number * factor > k_longest) {
    return std::nullopt;
  }
  return std::chrono::seconds(number * factor);
}

std::string format_duration(std::chrono::milliseconds length) {
  const auto ms = length.count();
  if (ms < 10'000) {
    return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
  }
  if (ms < 60'000) {
    return std::to_string(ms / 1000) + " s";
  }
  return std::to_string(ms / 60'000) + " min " + std::to_string(ms % 60'000 / 1000) + " s";
}

} // namespace gate
