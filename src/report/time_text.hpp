// Times, in UTC, and ages.
#pragma once

#include <chrono>
#include <string>

namespace gate {

/// "2026-01-31 09:05 UTC"
std::string minute_text(std::chrono::system_clock::time_point time);
/// "2026-01-31 09:05:07 UTC"
std::string second_text(std::chrono::system_clock::time_point time);
/// "2026-01-31T09:05:07Z" (RFC 3339)
std::string rfc3339_text(std::chrono::system_clock::time_point time);
/// "just now" (also for what is to come), "5 min ago", "2 h ago", "3 days ago": whole ones, none of which are rounded up.
std::string ago_text(std::chrono::system_clock::time_point time, std::chrono::system_clock::time_point now);

} // namespace gate
