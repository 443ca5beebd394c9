// Times, in UTC.
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

} // namespace gate
