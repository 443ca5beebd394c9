// What can keep publications from going out, looked up while their suites run.
#pragma once

#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "app/publish.hpp"

namespace gate {

/// Looks at the registries of some publications, one after the other, in a thread of its own. While it is at it nobody else may use
/// `registries`, which must outlive it.
class LookAhead {
public:
  /// `say` is called in that thread, at once, with each obstacle. An interrupt is none.
  using Say = std::function<void(const OutboxEntry& entry, const Error& obstacle)>;
  LookAhead(std::vector<OutboxEntry> entries, Registries& registries, Say say)
      : m_entries(std::move(entries)), m_registries(registries), m_say(std::move(say)) {}
  ~LookAhead() { end(); }
  LookAhead(const LookAhead&) = delete;
  LookAhead& operator=(const LookAhead&) = delete;

  /// Once. Where the machine gives no thread, nothing is looked up: whoever publishes meets it all the same.
  void begin();
  /// Waits until all were looked at, or an interrupt came.
  void end();
  /// The ids of those for which there was an obstacle. Only after `end`.
  const std::vector<std::int64_t>& found() const { return m_found; }

private:
  void look();

  std::vector<OutboxEntry> m_entries;
  Registries& m_registries;
  Say m_say;
  std::vector<std::int64_t> m_found;
  std::thread m_thread;
};

} // namespace gate
