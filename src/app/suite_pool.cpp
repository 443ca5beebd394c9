#include "app/suite_pool.hpp"

#include <algorithm>
#include <system_error>
#include <thread>

namespace gate {

void SuitePool::run(std::size_t threads) {
  std::vector<std::thread> others;
  try {
    while (others.size() + 1 < threads) {
      others.emplace_back([this] { work(); });
    }
  } catch (const std::system_error&) {
    // The machine gives no more of them: those that are there do it all.
  }
  work();
  for (auto& other : others) {
    other.join();
  }
}

void SuitePool::work() {
  while (const auto step = next()) {
    if (step->number == 0) {
      done(*step, step->task->begin());
    } else {
      step->task->run(step->number);
      done(*step, false);
    }
  }
}

// Shards come first. A thread waits for a turn only while none could be run: two gates that each have a turn and wait for the other's
// would wait for ever.
std::optional<SuitePool::Step> SuitePool::next() {
  std::unique_lock held(m_mutex);
  while (true) {
    const auto ready = std::find_if(m_ready.begin(), m_ready.end(), [this](const Step& s) { return has_room_for(*s.task); });
    if (ready != m_ready.end()) {
      const Step step = *ready;
      m_ready.erase(ready);
      m_used += memory_of(*step.task);
      return step;
    }
    if (!m_waiting.empty()) {
      const Step step{m_waiting.front(), 0};
      m_waiting.pop_front();
      ++m_beginning;
      return step;
    }
    if (m_ready.empty() && m_beginning == 0) {
      return std::nullopt;
    }
    m_changed.wait(held);
  }
}

void SuitePool::done(const Step& step, bool has_shards) {
  {
    const std::lock_guard held(m_mutex);
    if (step.number == 0) {
      --m_beginning;
    } else {
      m_used -= memory_of(*step.task);
    }
    for (unsigned number = 1; has_shards && number <= step.task->suite().shards; ++number) {
      m_ready.push_back({step.task, number});
    }
  }
  m_changed.notify_all();
}

std::int64_t SuitePool::memory_of(const SuiteTask& task) const { return task.suite().limits.memory.value_or(m_memory.share); }

// One that wants more than there is runs alone.
bool SuitePool::has_room_for(const SuiteTask& task) const {
  const auto wanted = memory_of(task);
  return wanted == 0 || m_used == 0 || m_memory.all == 0 || wanted <= m_memory.all - m_used;
}

} // namespace gate
