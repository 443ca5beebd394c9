#include "base/trigger_url.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"

namespace gate {

namespace {

bool has_scheme(std::string_view url) {
  const std::string start = lower(url.substr(0, 8));
  return start == "https://" || start.substr(0, 7) == "http://";
}

bool has_trigger_path(std::string_view url) {
  const std::size_t path = url.find('/', url.find("://") + 3);
  return url.substr(0, url.find_first_of("?#")).find("/trigger/", std::min(path, url.size())) != std::string_view::npos;
}

} // namespace

std::vector<std::string_view> trigger_urls(std::string_view text) {
  constexpr std::string_view k_ends(" \t\r\n\"'`<>()|;\\\0", 15);
  std::vector<std::string_view> urls;
  // Every push looks through its whole environment: mostly there is nothing to look at.
  if (text.find("/trigger/") == std::string_view::npos) {
    return urls;
  }
  for (std::size_t at = text.find_first_of("hH"); at != std::string_view::npos; at = text.find_first_of("hH", at + 1)) {
    const std::string_view url = text.substr(at, text.find_first_of(k_ends, at) - at);
    if (has_scheme(url) && has_trigger_path(url)) {
      urls.push_back(url);
    }
  }
  return urls;
}

} // namespace gate
