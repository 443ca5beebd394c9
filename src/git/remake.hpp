// Making a merge again. Only for the .cpp files of this folder.
#pragma once

#include <memory>
#include <optional>

#include "base/error.hpp"
#include "git/repository.hpp"
#include "policy/facts.hpp"

namespace gate {

/// Makes merges again by `git merge-tree --write-tree` (git-merge-tree(1), git 2.38), and compares what git makes with what was
/// recorded. It writes nothing into the repository: git runs in an empty repository of its own in the system's temporary folder,
/// which borrows the objects, a quarantine's too, and goes with this object. So nobody's configuration has a say (merge drivers run
/// programs, renames can be switched off): git's defaults and the .gitattributes of the first parent do, wherever it runs. Files
/// that such an attribute gives to a driver of somebody's own are merged as text, and nothing is fetched.
class MergeMaker {
public:
  /// The repository must outlive it.
  explicit MergeMaker(OpenRepository& repository);
  ~MergeMaker();

  /// `cannot_tell` for a commit that has not two parents, and where git can't merge them, e.g. because what they have in common is
  /// not here. An error when git fails, or when the trees of the merge and of its parents are not here.
  Result<RemadeMerge> remake(const NewCommit& merge);

private:
  struct Workshop;
  Result<Workshop*> workshop();

  OpenRepository& m_repository;
  std::unique_ptr<Workshop> m_workshop; ///< made with the first merge
};

} // namespace gate
