#include "policy/byte_size.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace gate {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array<Unit, 7> k_units = {{
    {"", 1},
    {"KiB", 1024},
    {"MiB", 1024 * 1024},
    {"GiB", 1024 * 1024 * 1024},
    {"kB", 1000},
    {"MB", 1000 * 1000},
    {"GB", 1000 * 1000 * 1000},
}};

} // namespace

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
  // from_chars would take a minus.
  if (text.empty() || text.front() < '0' || text.front() > '9') {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) {
    return std::nullopt;
  }
  const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto* const unit = std::find_if(k_units.begin(), k_units.end(), [&](const Unit& known) { return known.name == name; });
  if (unit == k_units.end() || number == 0 || number > std::numeric_limits<std::int64_t>::max() / unit->bytes) {
    return std::nullopt;
  }
  return number * unit->bytes;
}

} // namespace gate
