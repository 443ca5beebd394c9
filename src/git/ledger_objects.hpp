// The commits of the ledger in this repository's object store, without a start of git for each. Internal to src/git.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/oid.hpp"
#include "os/process.hpp"

namespace gate {

class OpenRepository;

/// What it can't do, git itself may: a repository of SHA-256, what a promisor remote has, an object that is none, folders that a group shares.
class LedgerObjects {
public:
  /// Null where libgit2 can't open the repository that git means by this environment, in the current folder.
  static std::unique_ptr<LedgerObjects> open(const Environment& environment);
  ~LedgerObjects();

  const std::filesystem::path& common_dir() const;
  /// Is this a commit, and all that is behind it here?
  bool is_whole(const Oid& tip) const;
  /// The messages of the newest commits by first parents, the newest first; nothing where one of them is missing or no commit.
  std::optional<std::vector<std::string>> messages(const Oid& tip, std::size_t most) const;
  /// A commit of the empty tree, of now. `by` is "NAME <EMAIL>", as git prints it; `message` is UTF-8. Nothing: git must make it.
  std::optional<Oid> commit(const std::optional<Oid>& parent, const std::string& message, const std::string& by) const;

private:
  explicit LedgerObjects(std::unique_ptr<OpenRepository> repository);

  std::unique_ptr<OpenRepository> m_repository;
};

} // namespace gate
