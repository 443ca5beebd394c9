// The name of a git object.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// A full object name: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. The all-zero name means "no object"
/// (githooks(5), pre-push). A default Oid is the SHA-1 zero.
class Oid {
public:
  Oid() : m_hex(40, '0') {}

  /// Takes exactly 40 or 64 lower-case hex digits; anything else gives nothing.
  static std::optional<Oid> parse(std::string_view text);

  const std::string& hex() const { return m_hex; }
  /// The first 8 digits, for people.
  std::string brief() const { return m_hex.substr(0, 8); }
  bool is_zero() const { return m_hex.find_first_not_of('0') == std::string::npos; }
  /// "sha1" or "sha256", as git calls the object format.
  std::string_view format() const { return m_hex.size() == 40 ? "sha1" : "sha256"; }

  friend bool operator==(const Oid& a, const Oid& b) { return a.m_hex == b.m_hex; }
  friend bool operator!=(const Oid& a, const Oid& b) { return !(a == b); }
  friend bool operator<(const Oid& a, const Oid& b) { return a.m_hex < b.m_hex; }

private:
  std::string m_hex;
};

} // namespace gate
