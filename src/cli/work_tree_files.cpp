#include "cli/work_tree_files.hpp"

#include <system_error>

#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_largest = 1U << 20U;

bool stays_inside(const fs::path& path) {
  if (path.empty() || path.is_absolute()) {
    return false;
  }
  for (const auto& part : path) {
    if (part.empty() || part == "." || part == "..") {
      return false;
    }
  }
  return true;
}

} // namespace

Result<std::optional<std::string>> WorkTreeFiles::read(const std::string& path) {
  const fs::path relative(path);
  if (!stays_inside(relative)) {
    return fail(ErrorKind::policy, "\"" + path + "\" is no path in the work tree", "name a file by its path from the top folder, without \"..\"");
  }
  fs::path at = m_top;
  fs::file_status status;
  for (const auto& part : relative) {
    at /= part;
    std::error_code failed;
    status = fs::symlink_status(at, failed);
    if (status.type() == fs::file_type::not_found) {
      return std::nullopt;
    }
    if (fs::is_symlink(status)) {
      return fail(ErrorKind::policy, at.string() + " is a symlink: a policy is read from regular files only", "put the file itself there");
    }
  }
  if (!fs::is_regular_file(status)) {
    return fail(ErrorKind::policy, at.string() + " is no regular file", "name a file");
  }
  std::error_code failed;
  if (fs::file_size(at, failed) > k_largest && !failed) {
    return fail(ErrorKind::policy, at.string() + " is larger than 1 MiB", "is this the right file?");
  }
  return read_file(at, k_largest);
}

} // namespace gate
