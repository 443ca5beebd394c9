// One at a time, for processes.
#pragma once

#include <filesystem>
#include <functional>

#include "base/error.hpp"
#include "os/files.hpp"

namespace gate {

class Interrupt;

/// Holds flock(2) on a file; the kernel lets go of it when the process ends, however it ends. The file stays.
class FileLock {
public:
  /// Waits for as long as another process holds it; `tick` is called about ten times a second meanwhile.
  static Result<FileLock> take(const std::filesystem::path& file, const Interrupt& interrupt, const std::function<void()>& tick);

private:
  explicit FileLock(Fd fd) : m_fd(std::move(fd)) {}
  Fd m_fd;
};

} // namespace gate
