#include "registry/foreign_words.hpp"

namespace gate::registry {

namespace {
constexpr std::size_t k_longest = 200;
constexpr std::string_view k_white(" \t\r\n\0", 5);
} // namespace

std::string in_quotes(std::string_view text) {
  if (text.size() <= k_longest) {
    return "\"" + std::string(text) + "\"";
  }
  std::size_t end = k_longest;
  while (end > k_longest - 4 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end; // not in the middle of a character of UTF-8
  }
  return "\"" + std::string(text.substr(0, end)) + "…\"";
}

std::string said(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(k_white);
  if (begin == std::string_view::npos) {
    return {};
  }
  return ": " + in_quotes(text.substr(begin, text.find_last_not_of(k_white) + 1 - begin));
}

} // namespace gate::registry
