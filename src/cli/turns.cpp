#include "cli/turns.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

class FileTurn final : public Turn {
public:
  FileTurn(fs::path file, Fd held) : m_file(std::move(file)), m_held(std::move(held)) {}
  // The name first: whoever waits at this file then finds that it is no longer the one of that name.
  ~FileTurn() override { ::unlink(m_file.c_str()); }

private:
  fs::path m_file;
  Fd m_held;
};

enum class Hold { mine, somebodys, gone };

// `gone`: whoever had it has taken the file away, and a new one of that name may be there.
Result<Hold> hold(const Fd& fd, const fs::path& file) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK || errno == EINTR ? Result<Hold>(Hold::somebodys) : tl::unexpected(file_error("lock", file, errno));
  }
  struct stat own {};
  struct stat named {};
  if (::fstat(fd.get(), &own) != 0) {
    return tl::unexpected(file_error("look at", file, errno));
  }
  const bool is_named = ::lstat(file.c_str(), &named) == 0 && named.st_dev == own.st_dev && named.st_ino == own.st_ino;
  return is_named ? Hold::mine : Hold::gone;
}

} // namespace

Result<std::unique_ptr<Turn>> FileTurns::take(const Digest& key, const std::function<bool()>& waiting) {
  constexpr int k_pause_ms = 100;
  std::error_code failed;
  fs::create_directories(m_folder, failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", m_folder, failed.value()));
  }
  const fs::path file = m_folder / key.hex();
  while (true) {
    Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
      return tl::unexpected(file_error("open", file, errno));
    }
    auto held = hold(fd, file);
    while (held && *held == Hold::somebodys) {
      pollfd signal{m_interrupt.fd(), POLLIN, 0};
      ::poll(&signal, 1, k_pause_ms);
      if (m_interrupt.raised() || !waiting()) {
        return interrupted();
      }
      held = hold(fd, file);
    }
    if (!held) {
      return tl::unexpected(held.error());
    }
    if (*held == Hold::mine) {
      return std::make_unique<FileTurn>(file, std::move(fd));
    }
  }
}

} // namespace gate
