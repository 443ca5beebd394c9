#include <algorithm>
#include <charconv>
#include <random>
#include <system_error>

#include "registry/http_client.hpp"

namespace gate::registry {

namespace {

// Those whom a server turned away together must not come back together.
std::chrono::milliseconds between(int least, int most) {
  std::random_device random;
  return std::chrono::milliseconds(std::uniform_int_distribution<int>(least, most)(random));
}

} // namespace

std::chrono::milliseconds retry_delay(const std::string& retry_after, int attempt) {
  constexpr int k_longest_s = 5;
  constexpr int k_longest = k_longest_s * 1000;
  int seconds = 0;
  const char* const end = retry_after.data() + retry_after.size();
  const auto [stop, error] = std::from_chars(retry_after.data(), end, seconds);
  if (error == std::errc::result_out_of_range) {
    seconds = k_longest_s;
  } else if (error != std::errc() || stop != end ||
             seconds < 0) { // a date, too: not worth a wait that nobody can foresee
    const int whole = attempt == 1 ? 250 : std::min(1000 << std::clamp(attempt - 2, 0, 2), k_longest);
    return between(whole / 2, whole);
  }
  // Not before the server's time, but for one that is past what gate waits anyway.
  const int least = std::min(seconds, k_longest_s) * 1000;
  return least < k_longest ? between(least, std::min(least + std::max(least / 4, 250), k_longest))
                           : between(k_longest / 4 * 3, k_longest);
}

} // namespace gate::registry
