// A second process that outlives a gate that was killed, and cleans up after it.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/error.hpp"
#include "os/files.hpp"

namespace gate {

/// Lives from before the first container to after the last. When this process ends without stand_down(), by
/// KILL for instance, it removes the run. It has a session of its own and holds none of this process's
/// descriptors: git waits until whatever has a hook's streams is gone.
class Watchdog {
public:
  static Result<Watchdog> start(const std::string& socket_path, const std::string& run);
  Watchdog(Watchdog&& other) noexcept;
  Watchdog& operator=(Watchdog&&) = delete;
  /// Leaves the work to the watchdog, unless it stood down.
  ~Watchdog() = default;

  /// All is removed: it may go.
  void stand_down();

private:
  Watchdog(pid_t pid, Fd lifeline) : m_pid(pid), m_lifeline(std::move(lifeline)) {}

  pid_t m_pid;
  Fd m_lifeline;
};

} // namespace gate
