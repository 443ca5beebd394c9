// Lengths of time as people write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// "90s", "10m", "2h": a whole number above zero and one unit, at most 24 hours. Anything else gives nothing.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// An age: the same, and days ("7d"), at most 366 of them.
std::optional<std::chrono::seconds> parse_age(std::string_view text);

/// "0.4 s", "12 s", "3 min 20 s".
std::string format_duration(std::chrono::milliseconds length);

} // namespace gate
