#include "app/audit_graph.hpp"

#include <algorithm>
#include <limits>

namespace gate {

Result<CommitGraph> CommitGraph::read(Commits& commits, std::vector<BranchTip> tips) {
  CommitGraph graph;
  graph.m_tips = std::move(tips);
  std::vector<Oid> known;
  for (const auto& tip : graph.m_tips) {
    auto fresh = commits.new_commits({tip.tip}, known);
    if (!fresh) {
      return tl::unexpected(fresh.error());
    }
    known.push_back(tip.tip);
    for (auto commit = fresh->rbegin(); commit != fresh->rend(); ++commit) {
      if (!graph.m_indices.emplace(commit->oid, graph.size()).second) {
        continue;
      }
      std::vector<Index> parents;
      for (const auto& parent : commit->parents) {
        if (const auto index = graph.find(parent)) {
          parents.push_back(*index);
        }
      }
      graph.m_nodes.push_back({std::move(*commit), std::move(parents)});
    }
  }
  return graph;
}

std::optional<CommitGraph::Index> CommitGraph::find(const Oid& commit) const {
  const auto found = m_indices.find(commit);
  return found == m_indices.end() ? std::nullopt : std::optional(found->second);
}

BranchLine::BranchLine(const CommitGraph& graph, const BranchTip& branch) : m_graph(graph), m_branch(branch.branch) {
  for (auto at = graph.find(branch.tip); at;) {
    m_line.push_back(*at);
    const auto& parents = graph.parents(*at);
    at = parents.empty() ? std::nullopt : std::optional(parents.front());
  }
  std::reverse(m_line.begin(), m_line.end());
  find_newest();
  find_arrivals();
  find_elsewhere(branch);
}

void BranchLine::find_newest() {
  m_newest.assign(m_graph.size(), k_none);
  for (Step step = 0; step < m_line.size(); ++step) {
    m_newest[m_line[step]] = static_cast<std::int64_t>(step);
  }
  for (Index commit = 0; commit < m_graph.size(); ++commit) {
    for (const Index parent : m_graph.parents(commit)) {
      m_newest[commit] = std::max(m_newest[commit], m_newest[parent]);
    }
  }
}

void BranchLine::find_arrivals() {
  m_arrival.assign(m_graph.size(), k_none);
  m_arrived.resize(m_line.size());
  for (Step step = 0; step < m_line.size(); ++step) {
    std::vector<Index>& with = m_arrived[step];
    m_arrival[m_line[step]] = static_cast<std::int64_t>(step);
    with.push_back(m_line[step]);
    for (std::size_t next = 0; next < with.size(); ++next) {
      for (const Index parent : m_graph.parents(with[next])) {
        if (m_arrival[parent] == k_none) {
          m_arrival[parent] = static_cast<std::int64_t>(step);
          with.push_back(parent);
        }
      }
    }
    std::sort(with.begin(), with.end(), std::greater<>());
  }
}

// From the branch that contains least of the line on: the first that comes to a commit decides.
void BranchLine::find_elsewhere(const BranchTip& branch) {
  m_elsewhere.assign(m_graph.size(), std::numeric_limits<std::int64_t>::max());
  std::vector<Index> others;
  for (const auto& tip : m_graph.tips()) {
    const auto index = m_graph.find(tip.tip);
    if (index && !(tip.branch == branch.branch)) {
      others.push_back(*index);
    }
  }
  std::stable_sort(others.begin(), others.end(), [&](Index a, Index b) { return m_newest[a] < m_newest[b]; });
  std::vector<bool> seen(m_graph.size());
  for (const Index other : others) {
    std::vector<Index> open;
    const auto visit = [&](Index commit) {
      if (!seen[commit]) {
        seen[commit] = true;
        m_elsewhere[commit] = m_newest[other];
        open.push_back(commit);
      }
    };
    visit(other);
    while (!open.empty()) {
      const Index commit = open.back();
      open.pop_back();
      for (const Index parent : m_graph.parents(commit)) {
        visit(parent);
      }
    }
  }
}

std::optional<BranchLine::Step> BranchLine::newest_in(const Oid& commit) const {
  const auto index = m_graph.find(commit);
  return index && m_newest[*index] != k_none ? std::optional(static_cast<Step>(m_newest[*index])) : std::nullopt;
}

std::optional<BranchLine::Step> BranchLine::newest_shared(const BranchTip& other) const {
  for (auto at = m_graph.find(other.tip); at;) {
    const auto step = m_newest[*at];
    if (step != k_none && m_line[static_cast<Step>(step)] == *at) {
      return static_cast<Step>(step);
    }
    const auto& parents = m_graph.parents(*at);
    at = parents.empty() ? std::nullopt : std::optional(parents.front());
  }
  return std::nullopt;
}

bool BranchLine::stood_elsewhere(Index commit) const { return m_elsewhere[commit] < m_arrival[commit]; }

std::vector<NewCommit> BranchLine::arrived(Step step) const {
  std::vector<NewCommit> commits;
  for (const Index commit : m_arrived[step]) {
    commits.push_back(m_graph.at(commit));
  }
  return commits;
}

std::vector<NewCommit> BranchLine::new_to_remote(Step step, const History& history, bool from_is_named) const {
  std::vector<NewCommit> commits;
  if (from_is_named && history.contained_in) {
    return commits;
  }
  for (const Index commit : m_arrived[step]) {
    if (!stood_elsewhere(commit)) {
      commits.push_back(m_graph.at(commit));
    }
  }
  return commits;
}

std::vector<const BranchTip*> BranchLine::sources_for(const Rules& rules) const {
  const bool may_forward = !rules.allow || rules.allow->value.contains(Shape::fast_forward);
  std::vector<const BranchTip*> sources;
  for (const auto& tip : m_graph.tips()) {
    const bool is_source = rules.from ? std::find(rules.from->value.begin(), rules.from->value.end(), tip.branch) != rules.from->value.end()
                                      : may_forward && !(tip.branch == m_branch);
    if (is_source) {
      sources.push_back(&tip);
    }
  }
  return sources;
}

const BranchLine::Owner& BranchLine::owners_of(const std::vector<const BranchTip*>& sources) {
  const auto [found, is_new] = m_owners.emplace(sources, Owner());
  Owner& owner = found->second;
  if (!is_new) {
    return owner;
  }
  owner.assign(m_graph.size(), 0);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i + 1);
    std::vector<Index> open;
    const auto visit = [&](Index commit) {
      if (owner[commit] == 0) {
        owner[commit] = number;
        open.push_back(commit);
      }
    };
    if (const auto tip = m_graph.find(sources[i]->tip)) {
      visit(*tip);
    }
    while (!open.empty()) {
      const Index commit = open.back();
      open.pop_back();
      for (const Index parent : m_graph.parents(commit)) {
        visit(parent);
      }
    }
  }
  return owner;
}

History BranchLine::history(Step step, const Rules& rules) {
  const auto sources = sources_for(rules);
  const Owner& owner = owners_of(sources);
  const Index index = m_line[step];
  const auto& parents = m_graph.parents(index);
  LineCommit described{m_graph.at(index).oid, m_graph.at(index).subject(), false, {}};
  for (std::size_t i = 1; i < parents.size(); ++i) {
    // A parent that the first one contains brings nothing in.
    described.is_merge = described.is_merge || m_arrival[parents[i]] == static_cast<std::int64_t>(step);
    if (owner[parents[i]] == 0) {
      described.foreign_parents.push_back(m_graph.at(parents[i]).oid);
    }
  }
  History history;
  history.relation = History::Relation::descends;
  history.line.push_back(std::move(described));
  if (owner[index] != 0) {
    history.contained_in = sources[owner[index] - 1]->branch;
  }
  if (rules.from) {
    const auto has = [&](const RefName& branch) { return std::any_of(sources.begin(), sources.end(), [&](const auto* tip) { return tip->branch == branch; }); };
    std::copy_if(rules.from->value.begin(), rules.from->value.end(), std::back_inserter(history.absent_sources), [&](const RefName& branch) { return !has(branch); });
  }
  return history;
}

} // namespace gate
