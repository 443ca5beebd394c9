#include <catch2/catch.hpp>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "attest/verdict_files.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

const Oid k_tree = *Oid::parse(std::string(40, 'a'));

Verdict verdict() { return {Digest::of("key"), k_tree, k_tree, "api", Digest::of("spec"), "linux/amd64", {}, {}, "0.1.0", "", {}}; }

std::filesystem::path file_of(const std::filesystem::path& folder) {
  const std::string hex = Digest::of("key").hex();
  return folder / hex.substr(0, 2) / (hex + ".json");
}

} // namespace

TEST_CASE("a stored verdict is found again, in a file that only its owner reads") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path() / "not" / "there");
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
  REQUIRE(store.store(verdict()));
  CHECK(store.find(Digest::of("key"), k_tree));
  CHECK_FALSE(store.find(Digest::of("other"), k_tree));
  struct stat status {};
  REQUIRE(stat(file_of(folder.path() / "not" / "there").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("a damaged verdict is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  REQUIRE(store.store(verdict()));
  std::filesystem::resize_file(file_of(folder.path()), 100);
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
  std::ofstream(file_of(folder.path())) << "";
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
}

TEST_CASE("a verdict that is a folder or a symlink to nothing is none") {
  const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "verdicts-").value();
  VerdictFiles store(folder.path());
  std::filesystem::create_directories(file_of(folder.path()));
  CHECK_FALSE(store.find(Digest::of("key"), k_tree));
}
