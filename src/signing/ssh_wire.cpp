#include "signing/ssh_wire.hpp"

namespace gate::signing {

namespace {
constexpr std::uint8_t k_sign_bit = 0x80;
}

std::string_view SshReader::take(std::size_t size) {
  if (!m_is_good || m_rest.size() < size) {
    m_is_good = false;
    return {};
  }
  const auto taken = m_rest.substr(0, size);
  m_rest.remove_prefix(size);
  return taken;
}

std::uint8_t SshReader::byte() {
  const auto taken = take(1);
  return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
}

std::uint32_t SshReader::number() {
  std::uint32_t number = 0;
  for (const char c : take(sizeof number)) {
    number = number << 8U | static_cast<unsigned char>(c);
  }
  return number;
}

std::string_view SshReader::text() { return take(number()); }

std::string_view SshReader::magnitude() {
  auto bytes = text();
  if (bytes.empty() || (static_cast<std::uint8_t>(bytes.front()) & k_sign_bit) != 0) {
    m_is_good = false;
    return {};
  }
  if (bytes.front() == '\0') {
    bytes.remove_prefix(1);
    m_is_good = m_is_good && !bytes.empty() && (static_cast<std::uint8_t>(bytes.front()) & k_sign_bit) != 0;
  }
  return m_is_good ? bytes : std::string_view();
}

std::string ssh_text(std::string_view text) {
  std::string bytes;
  const auto size = static_cast<std::uint32_t>(text.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(size >> shift & 0xffU);
  }
  return bytes.append(text);
}

} // namespace gate::signing
