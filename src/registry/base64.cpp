#include "registry/base64.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace gate::registry {

namespace {
constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

Secret base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4); // at once: growing would leave copies behind
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? k_alphabet[group >> (18U - 6U * j) & 0x3fU] : '=';
    }
  }
  return Secret(std::move(text));
}

std::optional<Secret> from_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
    text.remove_suffix(1);
  }
  std::string bytes;
  bytes.reserve(text.size());
  std::uint32_t bits = 0;
  unsigned count = 0;
  bool good = text.size() % 4 != 1;
  for (const char c : text) {
    const std::size_t value = k_alphabet.find(c);
    good = good && value != std::string_view::npos;
    bits = bits << 6U | static_cast<std::uint32_t>(value & 0x3fU);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xffU);
    }
  }
  Secret result(std::move(bytes));
  return good ? std::optional<Secret>(std::move(result)) : std::nullopt;
}

} // namespace gate::registry
