#include "report/time_text.hpp"

#include <array>
#include <ctime>

namespace gate {

namespace {

std::string formatted(std::chrono::system_clock::time_point time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

} // namespace

std::string minute_text(std::chrono::system_clock::time_point time) { return formatted(time, "%Y-%m-%d %H:%M UTC"); }
std::string second_text(std::chrono::system_clock::time_point time) { return formatted(time, "%Y-%m-%d %H:%M:%S UTC"); }
std::string rfc3339_text(std::chrono::system_clock::time_point time) { return formatted(time, "%Y-%m-%dT%H:%M:%SZ"); }


std::string ago_text(std::chrono::system_clock::time_point time, std::chrono::system_clock::time_point now) {
  const auto age = now - time;
  if (age < std::chrono::minutes(1)) {
    return "just now";
  }
  if (age < std::chrono::hours(1)) {
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(age).count()) + " min ago";
  }
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
  constexpr int k_day = 24;
  if (hours < 2 * k_day) {
    return std::to_string(hours) + " h ago";
  }
  return std::to_string(hours / k_day) + " days ago";
}

} // namespace gate
