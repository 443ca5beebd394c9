#include "base/digest.hpp"

#include <array>

#include <mbedtls/sha256.h>

namespace gate {

Digest Digest::of(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::array<unsigned char, 32> sum{};
  mbedtls_sha256_ret(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), sum.data(), 0);
  Digest digest;
  digest.m_hex.reserve(sum.size() * 2);
  for (const unsigned char byte : sum) {
    digest.m_hex += k_digits[byte >> 4];
    digest.m_hex += k_digits[byte & 0xf];
  }
  return digest;
}

std::optional<Digest> Digest::parse(std::string_view hex) {
  if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  Digest digest;
  digest.m_hex = hex;
  return digest;
}

} // namespace gate
