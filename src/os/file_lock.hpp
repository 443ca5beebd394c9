// One at a time, for processes.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/error.hpp"
#include "os/files.hpp"

namespace gate {

class Interrupt;

/// Holds flock(2) on a file; the kernel lets go of it when the process ends, however it ends. The file stays.
class FileLock {
public:
  /// Waits while another process holds it, for as long as `at_most` says (none: for ever; then it is an error); `tick` is called
  /// about ten times a second meanwhile.
  static Result<FileLock> take(const std::filesystem::path& file, std::optional<std::chrono::milliseconds> at_most, const Interrupt& interrupt,
                               const std::function<void()>& tick);

private:
  explicit FileLock(Fd fd) : m_fd(std::move(fd)) {}
  Fd m_fd;
};

} // namespace gate
