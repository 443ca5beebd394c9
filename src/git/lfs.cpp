#include "git/lfs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>

#include <fcntl.h>
#include <mbedtls/sha256.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_pointer_limit = 1024;
constexpr std::string_view k_hash = "sha256:";
constexpr std::size_t k_sha256_hex = 64;

bool is_version(std::string_view value) {
  // The two older ones are still read by git-lfs.
  return value == "https://git-lfs.github.com/spec/v1" || value == "https://hawser.github.com/spec/v1" ||
         value == "http://git-media.io/v/2";
}

// "ext-0-name": a filter of one's own, run by git-lfs.
bool is_extension(std::string_view key) {
  return key.substr(0, 4) == "ext-";
}

bool take_value(LfsPointer& pointer, std::string_view key, std::string_view value) {
  if (key == "oid") {
    pointer.oid = value.substr(0, k_hash.size()) == k_hash ? value.substr(k_hash.size()) : std::string_view();
    return pointer.oid.size() == k_sha256_hex &&
           pointer.oid.find_first_not_of("0123456789abcdef") == std::string::npos;
  }
  if (key == "size") {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), pointer.size);
    return error == std::errc() && end == value.data() + value.size();
  }
  pointer.extended = pointer.extended || is_extension(key);
  return is_extension(key);
}

/// SHA-256 as it comes.
class Sha256 {
public:
  Sha256() {
    mbedtls_sha256_init(&m_context);
    mbedtls_sha256_starts_ret(&m_context, 0);
  }
  ~Sha256() { mbedtls_sha256_free(&m_context); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(const unsigned char* bytes, std::size_t size) {
    mbedtls_sha256_update_ret(&m_context, bytes, size);
  }

  std::string hex() {
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::array<unsigned char, 32> sum{};
    mbedtls_sha256_finish_ret(&m_context, sum.data());
    std::string text;
    for (const unsigned char byte : sum) {
      text += k_digits[byte >> 4];
      text += k_digits[byte & 0xf];
    }
    return text;
  }

private:
  mbedtls_sha256_context m_context{};
};

} // namespace

std::optional<LfsPointer> parse_lfs_pointer(std::string_view blob) {
  if (blob.empty() || blob.size() > k_pointer_limit || blob.substr(0, 8) != "version ") {
    return std::nullopt;
  }
  LfsPointer pointer;
  bool first = true;
  bool has_size = false;
  while (!blob.empty()) {
    std::string_view line = blob.substr(0, blob.find('\n'));
    blob.remove_prefix(std::min(blob.size(), line.size() + 1));
    line = line.substr(0, line.find_last_not_of('\r') + 1);
    if (line.empty()) {
      continue;
    }
    const auto space = line.find(' ');
    const std::string_view key = line.substr(0, space);
    const std::string_view value =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    if (first ? !is_version(value) : !take_value(pointer, key, value)) {
      return std::nullopt;
    }
    first = false;
    has_size = has_size || key == "size";
  }
  return has_size && !pointer.oid.empty() ? std::optional(std::move(pointer)) : std::nullopt;
}

Result<fs::path> lfs_storage(const fs::path& git_dir, const fs::path& common_dir,
                             const Environment& environment) {
  const Command command{
      {"git", "--git-dir=" + git_dir.string(), "config", "--null", "--type=path", "--get", "lfs.storage"},
      environment,
      {}};
  const auto ended = run_captured(command);
  if (!ended) {
    return Failure(ended.error());
  }
  const std::string set = ended->out.substr(0, ended->out.find('\0'));
  return common_dir / (ended->end.ok() && !set.empty() ? set : "lfs");
}

Result<LfsCopy> copy_lfs_content(const LfsPointer& pointer, const fs::path& storage, int fd,
                                 const std::string& target) {
  if (pointer.size == 0) {
    return pointer.oid == Sha256().hex() ? LfsCopy::copied : LfsCopy::damaged;
  }
  const fs::path path =
      storage / "objects" / pointer.oid.substr(0, 2) / pointer.oid.substr(2, 2) / pointer.oid;
  const Fd source(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!source || ::fstat(source.get(), &info) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Result<LfsCopy>(LfsCopy::absent)
                                               : Failure(file_error("read", path, errno));
  }
  if (!S_ISREG(info.st_mode) || static_cast<std::uint64_t>(info.st_size) != pointer.size) {
    return LfsCopy::damaged;
  }
  constexpr std::size_t k_buffer = 256U << 10U;
  const auto buffer = std::make_unique<std::array<unsigned char, k_buffer>>();
  Sha256 sum;
  while (true) {
    const ssize_t got = ::read(source.get(), buffer->data(), buffer->size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Failure(file_error("read", path, errno));
    }
    if (got == 0) {
      return sum.hex() == pointer.oid ? LfsCopy::copied : LfsCopy::damaged;
    }
    const auto size = static_cast<std::size_t>(got);
    sum.add(buffer->data(), size);
    if (!write_all(fd, {reinterpret_cast<const char*>(buffer->data()), size})) {
      return Failure(file_error("write", target, errno));
    }
  }
}

} // namespace gate
