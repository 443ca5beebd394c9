// Checks out trees of a scratch repository into its folder "out".
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "git/checkout.hpp"
#include "os/files.hpp"
#include "support/scratch_repository.hpp"

namespace gate::test {

inline fs::path fresh_folder(const ScratchRepository& scratch) {
  const fs::path folder = scratch.around() / "out";
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

inline Result<void> check_out(const ScratchRepository& scratch, const Oid& tree, const fs::path& where = {}) {
  auto repository = open_repository(scratch.environment(), where.empty() ? scratch.path() : where);
  REQUIRE(repository);
  return checkout_of(**repository)->check_out(tree, {}, fresh_folder(scratch));
}

inline void must_check_out(const ScratchRepository& scratch, const Oid& tree, const fs::path& where = {}) {
  const auto done = check_out(scratch, tree, where);
  INFO((done ? std::string() : done.error().message));
  REQUIRE(done);
}

inline Error refusal(const ScratchRepository& scratch, const Oid& tree, const fs::path& where = {}) {
  const auto done = check_out(scratch, tree, where);
  REQUIRE_FALSE(done);
  return done.error();
}

inline fs::path out(const ScratchRepository& scratch, const std::string& name) {
  return scratch.around() / "out" / name;
}

inline std::string content_of(const fs::path& path) {
  const auto content = read_file(path);
  REQUIRE(content);
  REQUIRE(*content);
  return **content;
}

inline mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

/// A tree object with these raw bytes, which git itself would not make.
inline Oid raw_tree(const ScratchRepository& scratch,
                    const std::vector<std::array<std::string, 3>>& entries) {
  std::string bytes;
  for (const auto& [mode, name, hex] : entries) {
    bytes += mode + " " + name + std::string(1, '\0');
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
  }
  return oid_in(scratch.git_with_input(bytes, {"hash-object", "-t", "tree", "-w", "--stdin", "--literally"}));
}

inline std::string blob(const ScratchRepository& scratch, const std::string& content) {
  return scratch.git_with_input(content, {"hash-object", "-w", "--stdin"});
}

} // namespace gate::test
