// The commits of a graph that a test draws.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ports.hpp"
#include "support/fake_repository.hpp"

namespace gate::test {

/// Walks the graph that a test draws: "name" → its parents.
class DrawnCommits final : public Commits {
public:
  explicit DrawnCommits(std::map<std::string, std::vector<std::string>> parents) {
    for (auto& [name, list] : parents) {
      NewCommit commit;
      commit.oid = oid(name);
      commit.message = name + "\n";
      for (const auto& parent : list) {
        commit.parents.push_back(oid(parent));
      }
      m_commits[commit.oid] = commit;
    }
  }
  Result<std::vector<Oid>> known_tips(const std::string&) override { return std::vector<Oid>(); }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>& tips, const std::vector<Oid>& known) override {
    std::set<Oid> seen;
    std::vector<NewCommit> found;
    for (const auto& oid_known : known) {
      visit(oid_known, seen, nullptr);
    }
    for (const auto& tip : tips) {
      visit(tip, seen, &found);
    }
    return std::vector<NewCommit>(found.rbegin(), found.rend());
  }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit&) override { return std::vector<ChangedFile>(); }
  Result<std::string> content(const Oid&) override { return std::string(); }
  Result<RemadeMerge> remake(const NewCommit& merge) override { return RemadeMerge{merge.oid, RemadeMerge::Outcome::same, {}, {}}; }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>&, const std::vector<std::string>&) override { return std::map<Oid, Signature>(); }

private:
  void visit(const Oid& commit, std::set<Oid>& seen, std::vector<NewCommit>* found) {
    if (!seen.insert(commit).second) {
      return;
    }
    for (const auto& parent : m_commits.at(commit).parents) {
      visit(parent, seen, found);
    }
    if (found != nullptr) {
      found->push_back(m_commits.at(commit));
    }
  }
  std::map<Oid, NewCommit> m_commits;
};

} // namespace gate::test
