// A repository in memory: commits with parents, a policy and a tree each. Ancestry is worked out from the parents.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ports.hpp"

namespace gate::test {

inline Oid oid(const std::string& name) { return *Oid::parse(Digest::of(name).hex().substr(0, 40)); }

class FakeRepository final : public Repository {
public:
  struct Commit {
    std::vector<std::string> parents;
    std::string policy; ///< empty: no gate.toml
    std::string tree;   ///< empty: a tree of its own
    std::map<std::string, std::string> files = {}; ///< besides gate.toml
  };

  static constexpr const char* k_no_file = "(a folder)"; ///< as policy: there is something, and it is no file

  void retrack(const std::string& branch, const std::string& name) {
    std::erase_if(m_tips, [&](const BranchTip& tip) { return tip.branch == *RefName::branch(branch); });
    track(branch, name);
  }
  void commit(const std::string& name, Commit commit) { m_commits[oid(name)] = std::move(commit); m_names[oid(name)] = name; }
  void track(const std::string& branch, const std::string& name) { m_tips.push_back({*RefName::branch(branch), oid(name)}); }

  Result<Peeled> peel(const Oid& object) override {
    const auto found = m_commits.find(object);
    if (found == m_commits.end()) {
      return Peeled{};
    }
    const std::string tree = found->second.tree.empty() ? m_names[object] : found->second.tree;
    return Peeled{Peeled::Kind::commit, object, oid("tree " + tree)};
  }
  Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) override {
    if (path != "gate.toml") {
      const auto& files = m_commits.at(commit).files;
      const auto found = files.find(std::string(path));
      return found == files.end() ? std::optional<std::string>() : found->second;
    }
    const std::string& text = m_commits.at(commit).policy;
    if (text == k_no_file) {
      return fail(ErrorKind::policy, "gate.toml is not a regular file");
    }
    return text.empty() ? std::optional<std::string>() : text;
  }
  /// A name of its own for each tree, choice of paths and path; with `missing_paths` there is nothing anywhere.
  Result<std::optional<Oid>> object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) override {
    std::string name = tree.hex() + " " + std::string(path);
    for (const auto& chosen : paths) {
      name += " " + chosen;
    }
    return missing_paths ? std::optional<Oid>() : paths.empty() && path.empty() ? tree : oid(name);
  }
  bool missing_paths = false;
  Result<std::optional<Oid>> first_parent(const Oid& commit) override {
    const auto& parents = m_commits.at(commit).parents;
    return parents.empty() ? std::optional<Oid>() : oid(parents.front());
  }
  Result<std::optional<std::string>> remote_named(const std::string& name) override { return name; }
  Result<std::optional<RefName>> remote_head(const std::string&) override { return std::nullopt; }
  Result<std::vector<BranchTip>> tracking_tips(const std::string&) override { return m_tips; }
  Result<std::optional<Oid>> tracking_tip(const std::string&, const RefName& branch) override {
    for (const auto& tip : m_tips) {
      if (tip.branch == branch) {
        return tip.tip;
      }
    }
    return std::nullopt;
  }
  Result<History> history(const Oid& old_tip, const Oid& new_tip, const std::vector<BranchTip>& sources) override {
    History history;
    const auto ancestors = reach(new_tip);
    if (ancestors.count(old_tip) == 0) {
      history.relation = History::Relation::diverged;
      return history;
    }
    history.relation = History::Relation::descends;
    const auto old_side = reach(old_tip);
    for (Oid at = new_tip; old_side.count(at) == 0;) {
      const auto& parents = m_commits.at(at).parents;
      LineCommit line{at, m_names.at(at), parents.size() > 1, {}};
      for (std::size_t i = 1; i < parents.size(); ++i) {
        if (!contained(oid(parents[i]), sources) && old_side.count(oid(parents[i])) == 0) {
          line.foreign_parents.push_back(oid(parents[i]));
        }
      }
      history.line.push_back(line);
      if (parents.empty()) {
        break;
      }
      at = oid(parents.front());
    }
    for (const auto& source : sources) {
      if (reach(source.tip).count(new_tip) != 0) {
        history.contained_in = source.branch;
      }
    }
    return history;
  }

private:
  std::set<Oid> reach(const Oid& from) const {
    std::set<Oid> seen;
    std::vector<Oid> open = {from};
    while (!open.empty()) {
      const Oid at = open.back();
      open.pop_back();
      if (seen.insert(at).second) {
        for (const auto& parent : m_commits.at(at).parents) {
          open.push_back(oid(parent));
        }
      }
    }
    return seen;
  }
  bool contained(const Oid& commit, const std::vector<BranchTip>& tips) const {
    for (const auto& tip : tips) {
      if (reach(tip.tip).count(commit) != 0) {
        return true;
      }
    }
    return false;
  }

  std::map<Oid, Commit> m_commits;
  std::map<Oid, std::string> m_names;
  std::vector<BranchTip> m_tips;
};

/// Of a FakeRepository's commits nothing is new: for judgements that do not ask for them.
class FakeCommits final : public Commits {
public:
  std::vector<NewCommit> fresh;                              ///< what new_commits gives
  std::map<Oid, std::vector<ChangedFile>> files;             ///< by commit
  std::map<Oid, std::string> blobs;
  std::map<Oid, RemadeMerge> remade;
  std::map<Oid, Signature> signed_by;
  std::vector<std::string> allowed_signers;                  ///< as last asked with
  std::vector<Oid> known;                                    ///< as last asked with

  Result<std::vector<Oid>> known_tips(const std::string&) override { return std::vector<Oid>(); }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>&, const std::vector<Oid>& tips) override {
    known = tips;
    return fresh;
  }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override { return files[commit.oid]; }
  Result<std::string> content(const Oid& blob) override { return blobs.at(blob); }
  Result<RemadeMerge> remake(const NewCommit& merge) override { return remade.at(merge.oid); }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& texts) override {
    allowed_signers = texts;
    std::map<Oid, Signature> found;
    for (const auto& object : objects) {
      found[object] = signed_by[object];
    }
    return found;
  }
};

/// Policy files of a machine, in memory.
class FakeSources final : public PolicySources {
public:
  std::optional<SystemFile> system_file;
  std::map<std::string, std::string> ready;
  std::map<std::string, std::string> pins; ///< by SHA-256
  std::map<std::string, std::string> machine;

  Result<std::optional<SystemFile>> system() override { return system_file; }
  std::optional<std::string> ready_made(const std::string& name) override {
    const auto found = ready.find(name);
    return found == ready.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::string> pinned(const Extension::Pinned& pin) override {
    const auto found = pins.find(pin.sha256);
    return found == pins.end() ? could_not_run(pin.path + " is not here", "gate policy fetch") : Result<std::string>(found->second);
  }
  Result<std::string> machine_file(const std::string& path) override { return machine.at(path); }
};

/// Verdicts in memory.
class FakeVerdicts final : public VerdictStore {
public:
  std::optional<Verdict> find(const Digest& key, const Oid&) override {
    const auto found = m_kept.find(key.hex());
    return found == m_kept.end() ? std::optional<Verdict>() : found->second;
  }
  Result<void> store(const Verdict& verdict) override {
    if (m_full) {
      return could_not_run("cannot write: No space left on device");
    }
    m_kept.emplace(verdict.key.hex(), verdict);
    return {};
  }
  std::optional<VouchedVerdict> find_vouched(const Digest& key, const Oid& tree, const Digest& terms) override {
    const auto found = m_vouched.find(key.hex() + " " + terms.hex());
    return found == m_vouched.end() || found->second.verdict.tree != tree ? std::optional<VouchedVerdict>() : found->second;
  }
  /// One for each key and terms; a later one takes its place.
  Result<void> store_vouched(const VouchedVerdict& verdict, const Digest& terms) override {
    if (m_full) {
      return could_not_run("cannot write: No space left on device");
    }
    m_vouched.insert_or_assign(verdict.verdict.key.hex() + " " + terms.hex(), verdict);
    return {};
  }
  std::vector<Verdict> newest(std::size_t most) override {
    std::vector<Verdict> all;
    for (const auto& [key, verdict] : m_kept) {
      all.push_back(verdict);
    }
    std::stable_sort(all.begin(), all.end(), [](const Verdict& a, const Verdict& b) { return a.finished > b.finished; });
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size())), all.end());
    return all;
  }
  void fill_disk() { m_full = true; }
  std::size_t size() const { return m_kept.size(); }
  std::size_t vouched() const { return m_vouched.size(); }

private:
  std::map<std::string, Verdict> m_kept;
  std::map<std::string, VouchedVerdict> m_vouched; ///< by key and terms
  bool m_full = false;
};

} // namespace gate::test
