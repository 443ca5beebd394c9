// A second process that outlives a gate that was killed, and cleans up after it.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"
#include "engine/endpoint.hpp"
#include "os/files.hpp"

namespace gate {

/// One for all runs of this process; lives from before the first container to after the last. It removes each run that is handed over,
/// and when this process ends, by KILL for instance, every run of it that is still there; then what other, dead gates have left. It has a
/// session of its own and holds none of this process's descriptors: git waits until whatever has a hook's streams is gone. Any thread may
/// call it.
class Watchdog {
public:
  /// Forks: before any other thread is started.
  static Result<Watchdog> start(const Endpoint& endpoint);
  Watchdog(Watchdog&& other) noexcept;
  Watchdog& operator=(Watchdog&&) = delete;
  ~Watchdog() = default;

  /// A run begins: whatever becomes of this process, it will be removed.
  Result<void> expect(const std::string& run);
  /// Somebody else has removed it, or it has made nothing.
  void forget(const std::string& run);
  /// The run is over. `cut`: something may have been killed while it was creating containers. An error: the watchdog is gone.
  Result<void> hand_over(const std::string& run, bool cut);

private:
  Result<void> tell(const std::string& line);

  explicit Watchdog(Fd lifeline) : m_lifeline(std::move(lifeline)) {}

  Fd m_lifeline;
};

} // namespace gate
