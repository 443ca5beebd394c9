// Generation numbers from git's commit-graph file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

#include "git/ancestry.hpp"

namespace gate {

/// Topological levels: a commit's is higher than those of all its ancestors, and the file holds all ancestors
/// of each commit that it holds. gitformat-commit-graph(5). Read only as far as it is asked; its checksum is
/// not verified, as git does not either.
class Generations {
public:
  /// `objects` is an object folder; its info/commit-graph or the chain in info/commit-graphs. What is not
  /// there, or not as the format says, knows of no commit.
  explicit Generations(const std::filesystem::path& objects);
  ~Generations();
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// CommitSource::k_unknown for a commit that is in no file.
  std::uint32_t of(const CommitId& commit) const;

private:
  struct File;
  void add(const std::filesystem::path& path);

  std::vector<std::unique_ptr<File>> m_files;
};

} // namespace gate
