// Ctrl-C and its kin, as something that a loop can wait for.
#pragma once

#include "base/error.hpp"

namespace gate {

/// While one lives, INT, TERM and HUP no longer end the process: they make fd() readable and raised() true, for good.
/// One at a time; must be made before any thread is. signalfd(2).
class Interrupt {
public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// For poll(2): readable from the first signal on (it is never drained).
  int fd() const { return m_fd; }
  /// Does not block.
  bool raised() const;

private:
  int m_fd;
};

/// The error that an interrupted wait gives.
Failure interrupted();

} // namespace gate
