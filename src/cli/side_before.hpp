// A repository that receives, as it was before a push whose refs have moved already.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "policy/push.hpp"
#include "ports.hpp"

namespace gate {

/// The repository that receives, as it was before the push: also once its refs have moved.
class SideBefore final : public Repository {
public:
  SideBefore(Repository& now, const std::vector<RefUpdate>& updates) : m_now(now), m_updates(updates) {}

  Result<Peeled> peel(const Oid& object) override { return m_now.peel(object); }
  Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) override { return m_now.file_at(commit, path); }
  Result<std::optional<Oid>> first_parent(const Oid& commit) override { return m_now.first_parent(commit); }
  Result<std::optional<std::string>> remote_named(const std::string& name) override { return m_now.remote_named(name); }
  Result<std::optional<RefName>> remote_head(const std::string& remote) override { return m_now.remote_head(remote); }
  Result<History> history(const Oid& old_tip, const Oid& new_tip, const std::vector<BranchTip>& sources) override {
    return m_now.history(old_tip, new_tip, sources);
  }
  Result<std::vector<BranchTip>> tracking_tips(const std::string& remote) override {
    auto tips = m_now.tracking_tips(remote);
    if (!tips) {
      return tips;
    }
    std::erase_if(*tips, [&](const BranchTip& tip) { return update_of(tip.branch) != nullptr; });
    for (const auto& update : m_updates) {
      if (update.ref.is_branch() && !update.creates()) {
        tips->push_back({update.ref, update.old_oid});
      }
    }
    std::sort(tips->begin(), tips->end(), [](const BranchTip& a, const BranchTip& b) { return a.branch < b.branch; });
    return tips;
  }
  Result<std::optional<Oid>> tracking_tip(const std::string& remote, const RefName& branch) override {
    const auto* update = update_of(branch);
    if (update == nullptr) {
      return m_now.tracking_tip(remote, branch);
    }
    return update->creates() ? std::optional<Oid>() : std::optional(update->old_oid);
  }

private:
  const RefUpdate* update_of(const RefName& ref) const {
    const auto found = std::find_if(m_updates.begin(), m_updates.end(), [&](const RefUpdate& u) { return u.ref == ref; });
    return found == m_updates.end() ? nullptr : &*found;
  }

  Repository& m_now;
  const std::vector<RefUpdate>& m_updates;
};

/// Likewise: what this push brought was not there.
class CommitsBefore final : public Commits {
public:
  CommitsBefore(Commits& now, Repository& side_before, const std::vector<RefUpdate>& updates) : m_now(now), m_before(side_before), m_updates(updates) {}

  Result<std::vector<Oid>> known_tips(const std::string& remote) override {
    auto tips = m_now.known_tips(remote);
    const auto branches = m_before.tracking_tips(remote);
    if (!tips || !branches) {
      return tips ? tl::unexpected(branches.error()) : std::move(tips);
    }
    std::set<Oid> brought;
    for (const auto& update : m_updates) {
      const auto object = update.removes() ? Result<Peeled>(Peeled{}) : m_before.peel(update.new_oid);
      if (!object) {
        return tl::unexpected(object.error());
      }
      if (object->commit) {
        brought.insert(*object->commit);
      }
    }
    for (const auto& branch : *branches) {
      brought.erase(branch.tip); // on another branch it was before
    }
    std::erase_if(*tips, [&](const Oid& tip) { return brought.count(tip) != 0; });
    return tips;
  }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>& tips, const std::vector<Oid>& known) override { return m_now.new_commits(tips, known); }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override { return m_now.changed_files(commit); }
  Result<std::string> content(const Oid& blob) override { return m_now.content(blob); }
  Result<RemadeMerge> remake(const NewCommit& merge) override { return m_now.remake(merge); }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& allowed_signers) override {
    return m_now.signatures(objects, allowed_signers);
  }

private:
  Commits& m_now;
  Repository& m_before;
  const std::vector<RefUpdate>& m_updates;
};

} // namespace gate
