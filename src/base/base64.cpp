#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace gate {

namespace {

constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t k_none = 0xff;

constexpr std::array<std::uint8_t, 256> value_table() {
  std::array<std::uint8_t, 256> values{};
  values.fill(k_none);
  for (std::size_t i = 0; i < k_alphabet.size(); ++i) {
    values[static_cast<unsigned char>(k_alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values[static_cast<unsigned char>('-')] = values[static_cast<unsigned char>('+')];
  values[static_cast<unsigned char>('_')] = values[static_cast<unsigned char>('/')];
  return values;
}

constexpr auto k_values = value_table();

} // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? k_alphabet[group >> (18U - 6U * j) & 0x3fU] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
    text.remove_suffix(1);
  }
  std::string bytes;
  bytes.reserve(text.size());
  std::uint32_t bits = 0;
  unsigned count = 0;
  bool is_good = text.size() % 4 != 1;
  for (const char c : text) {
    const std::uint8_t value = k_values[static_cast<unsigned char>(c)];
    is_good = is_good && value != k_none;
    bits = (bits << 6U | (value & 0x3fU)) & 0xffffU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xffU);
    }
  }
  is_good = is_good && (bits & ((1U << count) - 1U)) == 0;
  return is_good ? std::optional<std::string>(std::move(bytes)) : std::nullopt;
}

} // namespace gate
