// A merge that is made without a work tree, and what it takes to bring it onto a branch of a remote, by git itself.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "os/process.hpp"

namespace gate {

class Interrupt;

/// What git merge-tree makes of two commits.
struct MergedTree {
  Oid tree;
  bool is_clean = false;
  std::vector<std::string> conflicts; ///< paths, raw, each once; may be empty where it is not clean: then git names none
};

/// How long git may take.
struct LandPatience {
  std::chrono::seconds answer{60};    ///< of a remote that is asked something
  std::chrono::seconds transfer{600}; ///< to fetch; to merge, too, since a partial clone fetches while it does
};

/// Starts git in the current folder. HEAD, the index and the work tree are neither read nor written; what is made are loose objects. git can ask nobody
/// for anything.
class LandGit {
public:
  /// `environment` is the one that git is run with: who commits, and with which key, comes from there and from git's configuration. `tick` may be empty.
  LandGit(Environment environment, const Interrupt& interrupt, std::function<void()> tick, LandPatience patience = {});

  /// Which of these branches the remote has now.
  Result<std::vector<RefName>> branches_of(const std::string& remote, const std::vector<RefName>& among) const;
  /// Fetches these branches, which it must have, to where they are tracked: refs/remotes/<remote>/. No tags.
  Result<void> fetch(const std::string& remote, const std::vector<RefName>& branches) const;
  /// The merge of `theirs` into `ours` by git-merge-tree(1), git 2.38: as git merge does it, with the user's configuration. Attributes are those of `ours`
  /// from git 2.43 on, before that the work tree's.
  Result<MergedTree> merge(const Oid& ours, const Oid& theirs) const;
  /// A commit of the tree with these parents, signed where commit.gpgSign says so.
  Result<Oid> commit(const Oid& tree, const std::vector<Oid>& parents, const std::string& message) const;
  /// Where a local branch is checked out, in whatever work tree; empty: nowhere.
  Result<std::string> work_tree_of(const RefName& branch) const;
  /// Moves a local branch that is still where it was.
  Result<void> move(const RefName& branch, const Oid& from, const Oid& to, const std::string& reason) const;

private:
  using Limit = std::optional<std::chrono::seconds>; ///< none: a person may be asked to touch a key
  Result<Captured> run(std::vector<std::string> arguments, Limit limit = {}, const Environment& more = {}) const;
  Result<std::string> output(std::vector<std::string> arguments, const std::string& what, const std::string& remedy, Limit limit = {}) const;

  Environment m_environment;
  const Interrupt& m_interrupt;
  std::function<void()> m_tick;
  LandPatience m_patience;
};

} // namespace gate
