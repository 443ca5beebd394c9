#include "os/files.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gate {

namespace {

namespace fs = std::filesystem;

// Folders that are nested deeper than this are moved up before they are emptied: one open descriptor per
// level must not run into the limit of the process.
constexpr int k_deepest_open = 64;

int open_again(int folder, const char* name, int flags) {
  int fd = -1;
  do {
    fd = ::openat(folder, name, flags | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

Result<void> make_folders(const fs::path& path, mode_t mode) {
  if (path.empty() || ::mkdir(path.c_str(), mode) == 0) {
    return {};
  }
  if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    if (auto above = make_folders(path.parent_path(), mode); !above) {
      return above;
    }
    if (::mkdir(path.c_str(), mode) == 0) {
      return {};
    }
  }
  const int reason = errno;
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return {};
  }
  return Failure(file_error("make the folder", path, reason == EEXIST ? ENOTDIR : reason));
}

// A rename is on disk once its folder is. Some filesystems can't sync a folder: nothing to be done about
// those.
void sync_folder(const fs::path& folder) {
  const Fd fd(open_again(AT_FDCWD, folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY));
  if (fd) {
    (void)::fsync(fd.get());
  }
}

Result<void> fill(int fd, const fs::path& path, std::string_view content, mode_t mode) {
  if (!write_all(fd, content)) {
    return Failure(file_error("write", path, errno));
  }
  if (::fchmod(fd, mode) != 0 || ::fsync(fd) != 0) {
    return Failure(file_error("write", path, errno));
  }
  return {};
}

struct FolderCloser {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, FolderCloser>;

// Opens a folder to empty it, also where its owner has taken his own rights away.
Folder open_folder(int above, const char* name) {
  constexpr int k_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  // Without following: chmod can't be told not to, so the folder is looked at first.
  struct stat info {};
  if (::fstatat(above, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode)) {
    return nullptr;
  }
  if ((info.st_mode & S_IRWXU) != S_IRWXU) {
    (void)::fchmodat(above, name, S_IRWXU, 0);
  }
  Fd fd(open_again(above, name, k_flags));
  if (!fd) {
    return nullptr;
  }
  DIR* folder = ::fdopendir(fd.get());
  if (folder != nullptr) {
    (void)fd.release();
  }
  return Folder(folder);
}

std::vector<std::string> names_in(DIR* folder) {
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name(static_cast<const char*>(entry->d_name));
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  return names;
}

// Empties one folder, as long as there is time. What lies too deep is moved to the top, to be emptied from there.
class Emptier {
public:
  Emptier(int top, std::chrono::steady_clock::time_point deadline) : m_top(top), m_deadline(deadline) {}

  void empty(DIR* folder, int depth) {
    const int fd = ::dirfd(folder);
    for (const std::string& name : names_in(folder)) {
      if (is_late()) {
        return;
      }
      if (::unlinkat(fd, name.c_str(), 0) == 0 || ::unlinkat(fd, name.c_str(), AT_REMOVEDIR) == 0) {
        continue;
      }
      if (depth >= k_deepest_open) {
        move_up(fd, name);
        continue;
      }
      if (const Folder below = open_folder(fd, name.c_str())) {
        empty(below.get(), depth + 1);
      }
      (void)::unlinkat(fd, name.c_str(), AT_REMOVEDIR);
    }
  }

  bool moved_any() { return std::exchange(m_moved_any, false); }
  bool was_late() const { return m_was_late; }

private:
  bool is_late() {
    m_was_late = m_was_late || std::chrono::steady_clock::now() >= m_deadline;
    return m_was_late;
  }

  void move_up(int folder, const std::string& name) {
    struct stat info {};
    if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode)) {
      return;
    }
    const std::string up = ".gate-remove-" + std::to_string(++m_moves);
    if (::renameat(folder, name.c_str(), m_top, up.c_str()) == 0) {
      m_moved_any = true;
    }
  }

  int m_top;
  std::chrono::steady_clock::time_point m_deadline;
  bool m_was_late = false;
  unsigned m_moves = 0;
  bool m_moved_any = false;
};

} // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    const Fd old(std::exchange(m_fd, other.release()));
  }
  return *this;
}

Fd::~Fd() {
  if (m_fd >= 0) {
    const int kept = errno;
    ::close(m_fd);
    errno = kept;
  }
}

int Fd::release() {
  return std::exchange(m_fd, -1);
}

Error file_error(const std::string& what, const fs::path& path, int error_number) {
  std::string message = "cannot " + what;
  if (!path.empty()) {
    message += " " + path.string();
  }
  message += ": ";
  message += std::strerror(error_number);
  std::string remedy;
  switch (error_number) {
  case ENOSPC:
  case EDQUOT:
    remedy = "free some space (or inodes) there and try again";
    break;
  case EACCES:
  case EPERM:
    remedy = "check who owns it and its permissions";
    break;
  case EROFS:
    remedy = "the filesystem is mounted read-only: mount it writable";
    break;
  case EMFILE:
  case ENFILE:
    remedy = "raise the limit of open files (ulimit -n)";
    break;
  default:
    break;
  }
  return Error{ErrorKind::could_not_run, std::move(message), std::move(remedy)};
}

Result<std::optional<std::string>> read_file(const fs::path& path, std::size_t limit) {
  // Non-blocking: a FIFO in the place of the file must not hang us.
  const Fd fd(open_again(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::optional<std::string>();
    }
    return Failure(file_error("read", path, errno));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) {
    return Failure(file_error("read", path, errno));
  }
  if (!S_ISREG(info.st_mode)) {
    return could_not_run("cannot read " + path.string() + ": it is not a regular file");
  }
  std::string content;
  std::array<char, 4096> buffer; // NOLINT: read(2) fills it
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got == 0) {
      return std::optional(std::move(content));
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Failure(file_error("read", path, errno));
    }
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return could_not_run("cannot read " + path.string() + ": it is larger than " + std::to_string(limit) +
                           " bytes");
    }
  }
}

Result<void> write_file(const fs::path& path, std::string_view content, mode_t mode) {
  if (auto folders = make_folders(path.parent_path(), 0755); !folders) {
    return folders;
  }
  std::string beside = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
  Fd fd(::mkostemp(beside.data(), O_CLOEXEC));
  if (!fd) {
    return Failure(file_error("write", path, errno));
  }
  auto filled = fill(fd.get(), path, content, mode);
  if (filled && ::close(fd.release()) != 0) {
    filled = Failure(file_error("write", path, errno));
  }
  if (filled && ::rename(beside.c_str(), path.c_str()) != 0) {
    filled = Failure(file_error("write", path, errno));
  }
  if (!filled) {
    (void)::unlink(beside.c_str());
    return filled;
  }
  sync_folder(path.parent_path());
  return {};
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put < 0) {
      const int reason = errno;
      Failure failure(file_error("write", {}, reason));
      errno = reason;
      return failure;
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<TemporaryFolder> TemporaryFolder::make(const fs::path& parent, const std::string& prefix) {
  if (auto folders = make_folders(parent, 0700); !folders) {
    return Failure(folders.error());
  }
  std::string name = (parent / (prefix + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return Failure(file_error("make a folder in", parent, errno));
  }
  return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {})) {}

TemporaryFolder::~TemporaryFolder() {
  if (!m_path.empty()) {
    remove_tree(m_path);
  }
}

std::filesystem::path TemporaryFolder::release() {
  return std::exchange(m_path, {});
}

void remove_tree(const fs::path& path) {
  (void)remove_tree_until(path, std::chrono::steady_clock::time_point::max());
}

bool remove_tree_until(const fs::path& path, std::chrono::steady_clock::time_point deadline) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) {
    return true;
  }
  const Folder folder = open_folder(AT_FDCWD, path.c_str());
  if (!folder) {
    return true;
  }
  Emptier emptier(::dirfd(folder.get()), deadline);
  do {
    ::rewinddir(folder.get());
    emptier.empty(folder.get(), 0);
  } while (emptier.moved_any() && !emptier.was_late());
  (void)::rmdir(path.c_str());
  return !emptier.was_late();
}

} // namespace gate
