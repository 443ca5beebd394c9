#include "os/file_lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include "os/interrupt.hpp"

namespace gate {

Result<FileLock> FileLock::take(const std::filesystem::path& file, std::optional<std::chrono::milliseconds> at_most, const Interrupt& interrupt,
                                const std::function<void()>& tick) {
  constexpr int k_tick_ms = 100;
  const auto began = std::chrono::steady_clock::now();
  Fd fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    return tl::unexpected(file_error("open", file, errno));
  }
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return tl::unexpected(file_error("lock", file, errno));
    }
    if (at_most && std::chrono::steady_clock::now() - began >= *at_most) {
      return could_not_run("another process holds " + file.string());
    }
    pollfd signal{interrupt.fd(), POLLIN, 0};
    poll(&signal, 1, k_tick_ms);
    if (interrupt.raised()) {
      return interrupted();
    }
    if (tick) {
      tick();
    }
  }
  return FileLock(std::move(fd));
}

} // namespace gate
