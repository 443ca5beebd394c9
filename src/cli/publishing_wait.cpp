// Somebody else publishes to the same place.
#include <chrono>
#include <thread>
#include <utility>

#include "cli/publishing.hpp"
#include "os/interrupt.hpp"
#include "report/clean.hpp"

namespace gate {

Result<void> Publishing::wait_a_while(const std::string& why) {
  if (std::exchange(m_told, why) != why) {
    m_progress.say("gate: waiting: " + clean_line(why) + "\n");
  }
  constexpr std::chrono::seconds k_pause{3};
  constexpr std::chrono::milliseconds k_step{100};
  for (const auto end = std::chrono::steady_clock::now() + k_pause; std::chrono::steady_clock::now() < end;) {
    if (m_interrupt.raised()) {
      return interrupted();
    }
    m_progress.tick();
    std::this_thread::sleep_for(k_step);
  }
  return {};
}

} // namespace gate
