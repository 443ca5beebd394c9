// Data as SSH writes it (RFC 4251, section 5). Internal to src/signing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gate::signing {

/// Takes values off the front of hostile bytes. Once there was too little, or a value that must not be, all that follows is empty and is_good() false.
class SshReader {
public:
  explicit SshReader(std::string_view bytes) : m_rest(bytes) {}

  std::uint8_t byte();
  std::uint32_t number();
  /// Four bytes of length, and that many. Valid as long as the bytes are.
  std::string_view text();
  /// The bytes of a positive "mpint", the highest first, without the zero that keeps it positive. One that is 0, negative, or written in more bytes
  /// than it takes must not be.
  std::string_view magnitude();

  bool is_good() const { return m_is_good; }
  /// All was good, and nothing is left.
  bool is_done() const { return m_is_good && m_rest.empty(); }

private:
  std::string_view take(std::size_t size);

  std::string_view m_rest;
  bool m_is_good = true;
};

/// Four bytes of length, the highest first, and the text.
std::string ssh_text(std::string_view text);

} // namespace gate::signing
