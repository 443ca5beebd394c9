#include "report/clean.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace gate {

namespace {

struct Decoded {
  std::uint32_t point = 0;
  std::size_t length = 0; ///< 0: not UTF-8
};

// RFC 3629, section 4.
Decoded decode(std::string_view text) {
  const auto byte = [text](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  const std::size_t length = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (length == 0 || text.size() < length) {
    return {};
  }
  std::uint32_t point = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return {};
    }
    point = (point << 6U) | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> k_least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < k_least.at(length) || surrogate || point > 0x10ffff ? Decoded{} : Decoded{point, length};
}

bool is_harmful(std::uint32_t point) {
  const bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
  const bool reorders = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x200e || point == 0x200f;
  return control || reorders || point == 0x2028 || point == 0x2029 || point == 0xfeff;
}

std::string escaped(const char* format, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

} // namespace

std::string clean_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const std::size_t length = next.length == 0 ? 1 : next.length;
    if (next.length == 0) {
      line += escaped("\\x%02x", static_cast<unsigned char>(text.front()));
    } else if (next.point == '\t') {
      line += ' ';
    } else if (is_harmful(next.point)) {
      line += escaped(next.point < 0x80 ? "\\x%02x" : "\\u{%x}", next.point);
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return line;
}

} // namespace gate
