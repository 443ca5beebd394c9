#include "base/duration.hpp"

#include <charconv>

namespace gate {

namespace {

constexpr long k_day = 24L * 3600;

std::optional<std::chrono::seconds> parse(std::string_view text, long longest) {
  long number = 0;
  if (text.size() < 2) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() - 1 || number <= 0 || number > longest) {
    return std::nullopt;
  }
  const char unit = text.back();
  const long factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' && longest > k_day ? k_day : 0;
  if (factor == 0 || number > longest / factor) {
    return std::nullopt;
  }
  return std::chrono::seconds(number * factor);
}

} // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) { return parse(text, k_day); }

std::optional<std::chrono::seconds> parse_age(std::string_view text) { return parse(text, 366 * k_day); }

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
