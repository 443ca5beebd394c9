// One Progress for the runs of several threads.
#pragma once

#include <mutex>

#include "ports.hpp"

namespace gate {

/// Any thread may call it; the other one is called by one at a time. It must outlive this.
class SharedProgress final : public Progress {
public:
  explicit SharedProgress(Progress& progress) : m_progress(progress) {}

  void step(std::string_view suite, std::string_view what) override {
    const std::lock_guard held(m_mutex);
    m_progress.step(suite, what);
  }
  void tick() override {
    // Whoever has it draws; another time is soon.
    if (const std::unique_lock held(m_mutex, std::try_to_lock); held) {
      m_progress.tick();
    }
  }
  void usual(std::string_view suite, std::chrono::milliseconds duration) override {
    const std::lock_guard held(m_mutex);
    m_progress.usual(suite, duration);
  }
  void ended(std::string_view suite, std::string_view how) override {
    const std::lock_guard held(m_mutex);
    m_progress.ended(suite, how);
  }

private:
  Progress& m_progress;
  std::mutex m_mutex;
};

} // namespace gate
