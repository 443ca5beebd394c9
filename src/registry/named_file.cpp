#include "registry/named_file.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.hpp"
#include "os/files.hpp"

namespace gate::registry {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_most_bytes = 1U << 20U;
constexpr std::chrono::seconds k_patience{10};

// Until there is something to read, or an end. A pipe that nobody has opened for writing yet has neither.
Result<void> wait_for(int fd, const std::string& path, Clock::time_point end, const Interrupt* interrupt) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) {
      return could_not_run("cannot read " + path + ": nothing more came from it within " + std::to_string(k_patience.count()) + " seconds");
    }
    std::array<pollfd, 2> waiting{pollfd{fd, POLLIN, 0}, pollfd{interrupt != nullptr ? interrupt->fd() : -1, POLLIN, 0}};
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count()));
    if (interrupt != nullptr && interrupt->raised()) {
      return interrupted();
    }
    if (ready > 0 && waiting[0].revents != 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return Failure(file_error("read", path, errno));
    }
  }
}

Result<std::optional<std::string>> read_stream(int fd, const std::string& path, const Interrupt* interrupt) {
  const Clock::time_point end = Clock::now() + k_patience;
  std::string content;
  std::string buffer(std::size_t{4096}, '\0');
  while (true) {
    if (const Result<void> waited = wait_for(fd, path, end, interrupt); !waited) {
      return Failure(waited.error());
    }
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) {
      const Secret used(std::move(buffer));
      return std::optional(std::move(content));
    }
    if (got < 0 && errno != EINTR && errno != EAGAIN) {
      return Failure(file_error("read", path, errno));
    }
    content.append(buffer, 0, got > 0 ? static_cast<std::size_t>(got) : 0);
    if (content.size() > k_most_bytes) {
      return could_not_run("cannot read " + path + ": it is larger than " + std::to_string(k_most_bytes) + " bytes");
    }
  }
}

} // namespace

Result<std::optional<std::string>> read_named_file(const std::string& path, const Interrupt* interrupt) {
  // Non-blocking, and what it is is asked before it is opened: opening a device may do something.
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || (!S_ISFIFO(info.st_mode) && !S_ISCHR(info.st_mode))) {
    return read_file(path, k_most_bytes);
  }
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd) {
    return Failure(file_error("read", path, errno));
  }
  return read_stream(fd.get(), path, interrupt);
}

} // namespace gate::registry
