// Git LFS: pointers, and the files they stand for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/process.hpp"

namespace gate {

/// What a pointer names (git-lfs's docs/spec.md).
struct LfsPointer {
  std::string oid; ///< SHA-256 of the content, 64 hex digits
  std::uint64_t size = 0;
  bool extended = false; ///< its content went through LFS extensions, which gate does not run
};

/// Reads a pointer: "version …", then keys in order, "oid sha256:<hex>" and "size <bytes>" among them, at
/// most 1024 bytes in all. Anything else is no pointer.
std::optional<LfsPointer> parse_lfs_pointer(std::string_view blob);

/// Where git-lfs keeps this repository's files: lfs.storage, else the folder "lfs" of the common git folder.
/// Asks git.
Result<std::filesystem::path> lfs_storage(const std::filesystem::path& git_dir,
                                          const std::filesystem::path& common_dir,
                                          const Environment& environment);

enum class LfsCopy {
  copied,
  absent, ///< no such file in the storage
  damaged ///< it is there, but its size or its hash is not the pointer's
};

/// Appends the content that the pointer stands for to an open file. `target` is for the error, which is one
/// of writing.
Result<LfsCopy> copy_lfs_content(const LfsPointer& pointer, const std::filesystem::path& storage, int fd,
                                 const std::string& target);

} // namespace gate
