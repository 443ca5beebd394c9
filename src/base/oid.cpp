#include "base/oid.hpp"

namespace gate {

std::optional<Oid> Oid::parse(std::string_view text) {
  if (text.size() != 40 && text.size() != 64) {
    return std::nullopt;
  }
  if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  Oid oid;
  oid.m_hex = text;
  return oid;
}

} // namespace gate
