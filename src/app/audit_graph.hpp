// The commits of all branches of a remote, read once, and one branch's way through them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ports.hpp"

namespace gate {

/// Every commit of some branches. Parents have lower numbers than their children.
class CommitGraph {
public:
  using Index = std::uint32_t;

  static Result<CommitGraph> read(Commits& commits, std::vector<BranchTip> tips);

  std::optional<Index> find(const Oid& commit) const;
  const NewCommit& at(Index commit) const { return m_nodes[commit].commit; }
  const std::vector<Index>& parents(Index commit) const { return m_nodes[commit].parents; }
  Index size() const { return static_cast<Index>(m_nodes.size()); }
  const std::vector<BranchTip>& tips() const { return m_tips; }

private:
  struct Node {
    NewCommit commit;
    std::vector<Index> parents; ///< in their order
  };
  struct Hash {
    std::size_t operator()(const Oid& oid) const { return std::hash<std::string>()(oid.hex()); }
  };

  std::vector<BranchTip> m_tips;
  std::vector<Node> m_nodes;
  std::unordered_map<Oid, Index, Hash> m_indices;
};

/// A branch, step by step along its first parents; step 0 is the root. The graph must outlive it. Each question costs no walk of its own.
class BranchLine {
public:
  using Index = CommitGraph::Index;
  using Step = std::size_t;

  /// `branch` is one of the graph's tips.
  BranchLine(const CommitGraph& graph, const BranchTip& branch);

  Step length() const { return m_line.size(); }
  const NewCommit& commit(Step step) const { return m_graph.at(m_line[step]); }
  /// The newest step that the commit contains (itself or an ancestor); nothing when it contains none or is not here.
  std::optional<Step> newest_in(const Oid& commit) const;

  /// The newest step that stands on the other branch's line, too.
  std::optional<Step> newest_shared(const BranchTip& other) const;

  /// What came with this step, children before parents.
  std::vector<NewCommit> arrived(Step step) const;
  /// Of these, what no other branch has without having the step as well: that may have been on the remote before. What came with a
  /// step that a branch of `from` contains was there before, too.
  std::vector<NewCommit> new_to_remote(Step step, const History& history, bool from_is_named) const;

  /// The step (from 1) as an update, where merges and fast-forwards may come from what the rules name, as it stands today.
  History history(Step step, const Rules& rules);

private:
  /// For each commit the number of the first of some sources that contains it, from 1; 0: none.
  using Owner = std::vector<std::uint32_t>;

  bool stood_elsewhere(Index commit) const;
  std::vector<const BranchTip*> sources_for(const Rules& rules) const;
  const Owner& owners_of(const std::vector<const BranchTip*>& sources);
  void find_newest();
  void find_arrivals();
  void find_elsewhere(const BranchTip& branch);

  static constexpr std::int64_t k_none = -1;

  const CommitGraph& m_graph;
  RefName m_branch;
  std::vector<Index> m_line;
  std::vector<std::int64_t> m_newest;          ///< by commit: the newest step that it contains
  std::vector<std::int64_t> m_arrival;         ///< by commit: the step that it came with
  std::vector<std::vector<Index>> m_arrived;   ///< by step
  std::vector<std::int64_t> m_elsewhere;       ///< by commit: of the other branches that have it, the lowest newest step
  std::map<std::vector<const BranchTip*>, Owner> m_owners;
};

} // namespace gate
