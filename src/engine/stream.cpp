#include "engine/stream.hpp"

#include <algorithm>

namespace gate {

namespace {

constexpr std::size_t k_head_size = 8;

bool is_head(std::string_view head) {
  return static_cast<unsigned char>(head[0]) <= 3 && head[1] == 0 && head[2] == 0 && head[3] == 0;
}

std::size_t length_in(std::string_view head) {
  std::size_t length = 0;
  for (const char c : head.substr(4)) {
    length = (length << 8U) | static_cast<unsigned char>(c);
  }
  return length;
}

} // namespace

bool FrameReader::take(std::string_view bytes) {
  while (!m_broken && !bytes.empty()) {
    if (m_left == 0) {
      const std::size_t missing = std::min(k_head_size - m_head.size(), bytes.size());
      m_head += bytes.substr(0, missing);
      bytes.remove_prefix(missing);
      if (m_head.size() < k_head_size) {
        break;
      }
      m_left = length_in(m_head);
      m_broken = !is_head(m_head) || m_left > k_frame_limit;
      m_head.clear();
      continue;
    }
    const std::size_t part = std::min(m_left, bytes.size());
    m_sink(bytes.substr(0, part));
    m_left -= part;
    bytes.remove_prefix(part);
  }
  return !m_broken;
}

} // namespace gate
