// A SHA-256 digest, as OCI and in-toto write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// 64 lower-case hex digits.
class Digest {
public:
  /// The digest of these bytes.
  static Digest of(std::string_view bytes);
  /// Takes exactly 64 lower-case hex digits; anything else gives nothing.
  static std::optional<Digest> parse(std::string_view hex);

  const std::string& hex() const { return m_hex; }
  /// "sha256:…" (OCI image-spec, descriptor.md).
  std::string str() const { return "sha256:" + m_hex; }

  friend bool operator==(const Digest& a, const Digest& b) { return a.m_hex == b.m_hex; }
  friend bool operator<(const Digest& a, const Digest& b) { return a.m_hex < b.m_hex; }

private:
  std::string m_hex;
};

} // namespace gate
