// Suites and shards side by side.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "app/suite_task.hpp"

namespace gate {

/// In bytes; 0: not known.
struct PoolMemory {
  std::int64_t all = 0;   ///< the machine's
  std::int64_t share = 0; ///< what a suite is taken to need that names no memory, with all of its services
};

/// Runs tasks with a few threads. What the suites at work need, as far as can be told, is at most the machine's memory at any time.
class SuitePool {
public:
  SuitePool(const std::vector<SuiteTask*>& tasks, const PoolMemory& memory) : m_waiting(tasks.begin(), tasks.end()), m_memory(memory) {}

  /// Returns when all tasks are over. This thread is one of the `threads`.
  void run(std::size_t threads);

private:
  struct Step {
    SuiteTask* task;
    unsigned number; ///< of a shard; 0: the task is to be begun
  };

  void work();
  std::optional<Step> next();
  void done(const Step& step, bool has_shards);
  std::int64_t memory_of(const SuiteTask& task) const;
  bool has_room_for(const SuiteTask& task) const;

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::deque<SuiteTask*> m_waiting; ///< not begun
  std::deque<Step> m_ready;         ///< shards of tasks that have their turn
  std::size_t m_beginning = 0;
  PoolMemory m_memory;
  std::int64_t m_used = 0;          ///< of it, by what runs
};

} // namespace gate
