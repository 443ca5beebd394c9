#include "git/publisher_id.hpp"

#include <array>
#include <random>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_id_digits = 32;

Result<std::string> id_in(const fs::path& file) {
  if (const auto text = read_file(file); !text || *text) {
    return text ? Result<std::string>(**text) : tl::unexpected(text.error());
  }
  constexpr mode_t k_private = 0600;
  const auto written = write_file(file, random_id() + "\n", k_private);
  return written ? id_in(file) : tl::unexpected(written.error()); // another gate may have been faster
}

} // namespace

std::string random_id() {
  std::random_device random;
  std::string bytes;
  for (int i = 0; i < 8; ++i) {
    bytes += std::to_string(random()) + " ";
  }
  return Digest::of(bytes).hex().substr(0, k_id_digits);
}

Result<std::string> publisher_in(const fs::path& common_dir) {
  std::error_code failed;
  const fs::path file = fs::canonical(common_dir, failed) / "gate" / "publisher";
  if (failed) {
    return could_not_run("cannot find the repository " + common_dir.string() + ": " + failed.message());
  }
  const auto id = id_in(file);
  if (!id) {
    return tl::unexpected(id.error());
  }
  std::array<char, 256> host{};
  struct stat info {};
  if (::gethostname(host.data(), host.size() - 1) != 0 || ::stat(file.c_str(), &info) != 0) {
    return could_not_run("cannot tell which clone this is: neither the host's name nor " + file.string() + " can be read");
  }
  return Digest::of(*id + host.data() + "\n" + file.string() + "\n" + std::to_string(info.st_ino)).hex().substr(0, k_id_digits);
}

} // namespace gate
