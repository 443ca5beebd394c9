#include "engine/login_text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gate {

void append_json_string(std::string& json, std::string_view text) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20) {
      json += "\\u00";
      json += k_digits[byte >> 4U];
      json += k_digits[byte & 0xfU];
    } else {
      json += c;
    }
  }
  json += '"';
}

Secret base64_of(std::string_view bytes, Base64 alphabet) {
  constexpr std::string_view k_plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view k_for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::string_view digits = alphabet == Base64::plain ? k_plain : k_for_urls;
  std::string text;
  text.reserve((bytes.size() / 3 + 1) * 4 + 32);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t size = std::min<std::size_t>(bytes.size() - i, 3);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8U) | (j < size ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= size ? digits[(group >> (18U - 6U * j)) & 0x3fU] : '=';
    }
  }
  return Secret(std::move(text));
}

} // namespace gate
