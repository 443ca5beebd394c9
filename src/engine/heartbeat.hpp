// Whether the Engine still lives while it is silent.
#pragma once

#include <chrono>
#include <functional>

#include "engine/http.hpp"

namespace gate {

/// A patience for waits that may rightly take an hour: every 10 s it asks whether the Engine still answers,
/// and ends the wait if it does not within 15 s (a busy machine is no hung Engine).
class Heartbeat {
public:
  Heartbeat(Http& http, const Patience& patience);
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  /// Good as long as this lives.
  const Patience& patience() const { return m_patience; }

private:
  void tick();

  Http& m_http;
  Patience m_patience;
  std::function<void()> m_tick;
  std::chrono::steady_clock::time_point m_last;
};

} // namespace gate
