#include "engine/heartbeat.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds k_interval{10};
constexpr std::chrono::seconds k_answer_limit{15};

} // namespace

Heartbeat::Heartbeat(Http& http, const Patience& patience)
    : m_http(http), m_patience(patience), m_tick(patience.tick), m_last(Clock::now()) {
  m_patience.tick = [this] { tick(); };
}

void Heartbeat::tick() {
  if (m_tick) {
    m_tick();
  }
  if (Clock::now() - m_last < k_interval) {
    return;
  }
  const Patience one_answer{Clock::now() + k_answer_limit, m_patience.interrupt, {}, m_patience.stop};
  if (!m_http.send({"GET", "/_ping", {}}, one_answer)) {
    m_patience.deadline = Clock::now();
  }
  m_last = Clock::now();
}

} // namespace gate
