// Files that are written whole or not at all.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/error.hpp"

namespace gate {

/// Owns a file descriptor.
class Fd {
public:
  Fd() = default;
  explicit Fd(int fd) : m_fd(fd) {}
  Fd(Fd&& other) noexcept : m_fd(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();

  int get() const { return m_fd; }
  explicit operator bool() const { return m_fd >= 0; }
  int release();

private:
  int m_fd = -1;
};

/// Reads a regular file of at most `limit` bytes. No such file is nothing; anything else that fails is an error with
/// the path and the system's reason.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t limit = 1U << 20U);

/// Writes beside the target, syncs, and renames: readers see the old file, or the new one whole. Makes the folders
/// above it (0755 & ~umask).
Result<void> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode);

/// Everything that is left to write; a short write goes on, an error has the system's reason.
Result<void> write_all(int fd, std::string_view bytes);

/// Makes a private folder (0700) with a name of its own in `parent`, and removes it with all that is in it when it goes
/// out of scope.
class TemporaryFolder {
public:
  static Result<TemporaryFolder> make(const std::filesystem::path& parent, const std::string& prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return m_path; }
  /// From now on it is the caller's to remove.
  std::filesystem::path release();

private:
  explicit TemporaryFolder(std::filesystem::path path) : m_path(std::move(path)) {}
  std::filesystem::path m_path;
};

/// Removes a folder and all in it, also where folders in it are not writable; never follows a symlink.
void remove_tree(const std::filesystem::path& path);

/// The same, but ends when the time is over. False: there was more to do. True: what is still there can't be removed.
bool remove_tree_until(const std::filesystem::path& path, std::chrono::steady_clock::time_point deadline);

/// "cannot write PATH: No space left on device", with a remedy where there is one to name (full disk, permissions).
Error file_error(const std::string& what, const std::filesystem::path& path, int error_number);

} // namespace gate
