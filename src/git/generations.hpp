// What git's commit-graph file lists of commits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
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

  /// A commit's place in the list, for as long as this lives. The three below take places that came from here.
  using Position = std::uint32_t;
  std::size_t size() const;
  /// Nothing for a commit that is in no file.
  std::optional<Position> find(const CommitId& commit) const;
  CommitId id_at(Position position) const;
  /// As `of`.
  std::uint32_t generation_at(Position position) const;
  /// Fills in the parents, without the commit's object; false where they are not as the format says, or not of a lower generation. Only
  /// for what may be believed as git believes it: the file is git's, but nothing in it is hashed together with the commit.
  bool parents_at(Position position, std::vector<Position>& parents) const;

private:
  struct File;
  /// Where a commit stands: in which file, and in which of its rows.
  struct Place {
    const File* file = nullptr;
    std::size_t row = 0;
  };
  void add(const std::filesystem::path& path);
  Place place_at(Position position) const;

  std::vector<std::unique_ptr<File>> m_files;
};

} // namespace gate
