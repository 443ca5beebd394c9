// The Engine's multiplexed output: stdout and stderr of a container as frames on one connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gate {

/// Takes the bytes of an attach, exec or logs stream in any pieces and hands out the output without the
/// frames' heads: 8 bytes, {0 stdin | 1 stdout | 2 stderr | 3 error of the Engine, 0, 0, 0, length
/// big-endian} (Engine API, "ContainerAttach"). There is no way to find the next head once one is wrong, so
/// that is final.
class FrameReader {
public:
  /// No honest frame is longer: the Engine copies in pieces of 32 KiB, and older ones up to 16 MiB.
  static constexpr std::size_t k_frame_limit = 64U << 20U;

  explicit FrameReader(std::function<void(std::string_view)> sink) : m_sink(std::move(sink)) {}

  /// False when this is not such a stream, and from then on.
  bool take(std::string_view bytes);
  /// The stream may end here: no frame is half read.
  bool at_boundary() const { return !m_broken && m_left == 0 && m_head.empty(); }

private:
  std::function<void(std::string_view)> m_sink;
  std::string m_head;
  std::size_t m_left = 0;
  bool m_broken = false;
};

} // namespace gate
