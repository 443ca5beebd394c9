#include "git/new_commits.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>

#include "git/commits.hpp"
#include "git/generations.hpp"
#include "policy/commit_object.hpp"

namespace gate {

namespace {

using Index = std::uint32_t;

// Both paints spread from children to parents; a commit is new when the new paint alone has reached it. What waits with the new paint
// spreads only when nothing known waits that could lead to it; of that, the lowest goes first: from the nearest known tip it is not
// far to a commit that has been on the remote for long, from the newest one it may be. In the end what is known and not below all that
// was found new spreads on, for it can only take away.
constexpr std::uint8_t k_new = 1;
constexpr std::uint8_t k_known = 2;

constexpr int k_longest_chain = 64;
constexpr std::size_t k_block = 4096; // positions

// No parent stands higher than its child: by generation where the commit-graph lists a commit, which lists its ancestors, too; by date
// above all of these, and there only if the dates are honest.
struct Height {
  bool is_unlisted = false;
  std::int64_t number = 0; ///< generation or date
  auto operator<=>(const Height&) const = default;
};

// The lowest that a child of it can stand.
Height above(const Height& parent) { return parent.is_unlisted ? parent : Height{false, parent.number + 1}; }

struct Node {
  CommitId id{};
  std::optional<Generations::Position> position; ///< in the commit-graph, if its generation is known there
  std::vector<Index> parents;
  Height height;
  std::int64_t date = 0; ///< of what was new once
  bool is_read = false;
  bool is_missing = false;
  bool is_cut = false;
  std::uint8_t paint = 0;
  Index found = 0;            ///< where it stands in what was new once
  std::uint32_t children = 0; ///< new ones that are still to be given
};

/// Once thought new.
struct Found {
  Index node;
  std::optional<NewCommit> commit;
};

struct Open {
  Height height;
  Index node;
  bool operator<(const Open& other) const { return height != other.height ? height < other.height : node > other.node; }
};

using KnownSet = std::set<std::pair<Height, Index>>;

struct Ready {
  std::int64_t date;
  std::uint64_t turn;
  Index node;
  bool operator<(const Ready& other) const { return date != other.date ? date < other.date : turn > other.turn; }
};

struct IdHash {
  std::size_t operator()(const CommitId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
  }
};

Failure not_here(const CommitId& id) {
  return could_not_run("the commit " + from_git(to_git(id)).hex() + " is not in this repository", "fetch it: git fetch (a shallow clone: git fetch --unshallow)");
}

Failure cut_off(const CommitId& id) {
  return could_not_run("this clone is shallow and ends at the commit " + from_git(to_git(id)).hex() + ", which is new to the remote as far as is known here: what else is new can't be told",
                       "fetch the whole history: git fetch --unshallow");
}

Failure malformed(const CommitId& id) {
  return could_not_run("the commit " + from_git(to_git(id)).hex() + " is malformed", "make it again: git commit --amend or git rebase; see what `git fsck` says");
}

class Walk {
public:
  explicit Walk(RepositoryState& state) : m_state(state), m_graph(state.common_dir / "objects"), m_listed(m_graph.size() / k_block + 1) {}

  Result<std::vector<NewCommit>> run(const std::vector<CommitId>& tips, const std::vector<CommitId>& known) {
    // The source gives no generations in a shallow clone, and what the file lists is not all there then.
    const auto has_generation = [&](const CommitId& id) { return m_state.commits->generation(id) != CommitSource::k_unknown; };
    m_uses_graph = std::any_of(known.begin(), known.end(), has_generation) || std::any_of(tips.begin(), tips.end(), has_generation);
    for (const CommitId& id : known) {
      if (auto done = add_known(id); !done) {
        return Failure(std::move(done).error());
      }
    }
    for (const CommitId& tip : tips) {
      if (auto done = add_paint(index_of(tip), k_new); !done) {
        return Failure(std::move(done).error());
      }
    }
    while (const auto open = highest_open()) {
      if (auto done = spread_towards(*open); !done) {
        return Failure(std::move(done).error());
      }
    }
    const Height lowest = lowest_new();
    for (auto next = m_known.lower_bound({lowest, 0}); m_count > 0 && next != m_known.end(); next = m_known.lower_bound({lowest, 0})) {
      if (auto done = spread_known(next); !done) {
        return Failure(std::move(done).error());
      }
    }
    return in_order();
  }

private:
  Index index_of(const CommitId& id) {
    const auto position = m_uses_graph ? m_graph.find(id) : std::nullopt;
    if (position && m_graph.generation_at(*position) != CommitSource::k_unknown) {
      return index_at(*position);
    }
    const auto [found, fresh] = m_indices.try_emplace(id, static_cast<Index>(m_nodes.size()));
    if (fresh) {
      m_nodes.emplace_back().id = id;
    }
    return found->second;
  }

  Index index_at(Generations::Position position) {
    auto& block = m_listed[position / k_block];
    block.resize(k_block); // the first time only
    Index& index = block[position % k_block];
    if (index == 0) {
      Node& node = m_nodes.emplace_back();
      node.id = m_graph.id_at(position);
      node.position = position;
      index = static_cast<Index>(m_nodes.size());
    }
    return index - 1;
  }

  // An annotated tag stands for its commit; what is no commit contains none.
  Result<void> add_known(CommitId id) {
    for (int tags = 0; tags < k_longest_chain; ++tags) {
      if (read(index_of(id), k_known)) {
        return add_paint(index_of(id), k_known);
      }
      const auto object = read_object(m_state.odb.get(), to_git(id));
      if (!object) {
        return Failure(object.error());
      }
      const auto type = *object ? git_odb_object_type(object->get()) : GIT_OBJECT_COMMIT;
      if (type == GIT_OBJECT_COMMIT) {
        return add_paint(index_of(id), k_known); // says what the matter is
      }
      const auto target = type == GIT_OBJECT_TAG ? target_in(bytes_of(*object)) : std::nullopt;
      if (!target) {
        return {};
      }
      id = to_id(*target);
    }
    return {};
  }

  // What is known needs no object where git's own list has it; what may be new is always read from its object.
  Result<void> read(Index index, std::uint8_t paint) {
    Node& asked = m_nodes[index];
    if (asked.position) {
      asked.height = {false, m_graph.generation_at(*asked.position)};
    }
    return asked.is_read || (asked.position && paint == k_known) ? Result<void>() : read_object_of(index);
  }

  Result<void> read_object_of(Index index) {
    const auto links = m_state.commits->links(m_nodes[index].id);
    if (!links) {
      return Failure(links.error());
    }
    if (*links && !(*links)->cut) {
      fill(index, (*links)->parents, [&](const CommitId& id) { return index_of(id); });
    }
    Node& node = m_nodes[index];
    node.is_read = true;
    node.is_missing = !*links;
    node.is_cut = *links && (*links)->cut;
    node.date = *links ? (*links)->date : 0;
    node.height = node.position ? node.height : Height{true, node.date};
    return {};
  }

  // The parents of what is known.
  Result<void> fill_known(Index index) {
    if (m_nodes[index].is_read) {
      return {};
    }
    if (!m_graph.parents_at(*m_nodes[index].position, m_positions)) {
      return read_object_of(index);
    }
    fill(index, m_positions, [&](Generations::Position position) { return index_at(position); });
    m_nodes[index].is_read = true;
    return {};
  }

  template <typename Name, typename ToIndex> void fill(Index index, const std::vector<Name>& names, ToIndex to_index) {
    std::vector<Index> parents(names.size()); // to_index may move the nodes
    std::transform(names.begin(), names.end(), parents.begin(), to_index);
    m_nodes[index].parents = std::move(parents);
  }

  // libgit2 still has the object from a moment ago: nothing is inflated twice.
  Result<void> keep(Index index) {
    m_nodes[index].found = static_cast<Index>(m_found.size());
    m_found.push_back({index, std::nullopt});
    if (m_nodes[index].is_missing) {
      return {};
    }
    const git_oid oid = to_git(m_nodes[index].id);
    const auto object = read_object(m_state.odb.get(), oid);
    if (!object) {
      return Failure(object.error());
    }
    auto parsed = *object ? parse_commit_object(bytes_of(*object)) : std::nullopt;
    if (parsed) {
      m_found.back().commit =
          NewCommit{from_git(oid), std::move(parsed->parents), std::move(parsed->author), std::move(parsed->committer), std::string(parsed->message)};
    }
    return {};
  }

  Result<void> add_paint(Index index, std::uint8_t paint) {
    const std::uint8_t before = m_nodes[index].paint;
    if (before == paint || (before & k_known) != 0) {
      return {}; // what is known leads to nothing new
    }
    if (auto done = read(index, paint); !done) {
      return done;
    }
    Node& node = m_nodes[index];
    node.paint = static_cast<std::uint8_t>(before | paint);
    if (paint == k_known) {
      m_count -= before == k_new ? 1 : 0;
      m_known.emplace(node.height, index);
      return {};
    }
    ++m_count;
    if (!node.is_missing) {
      m_open.push({node.height, index});
    }
    return keep(index);
  }

  // What was reached by the known paint since is no longer open.
  std::optional<Open> highest_open() {
    while (!m_open.empty() && m_nodes[m_open.top().node].paint != k_new) {
      m_open.pop();
    }
    return m_open.empty() ? std::nullopt : std::optional(m_open.top());
  }

  Result<void> spread_towards(const Open& open) {
    if (const auto next = m_known.lower_bound({above(open.height), 0}); next != m_known.end()) {
      return spread_known(next);
    }
    m_open.pop();
    if (open.height.is_unlisted) {
      m_oldest = std::min(m_oldest, open.height.number);
    }
    return spread(open.node, k_new);
  }

  Result<void> spread_known(KnownSet::iterator next) {
    const Index index = next->second;
    m_known.erase(next);
    auto filled = fill_known(index);
    return filled ? spread(index, k_known) : filled;
  }

  Result<void> spread(Index index, std::uint8_t paint) {
    for (std::size_t i = 0; i < m_nodes[index].parents.size(); ++i) {
      if (auto done = add_paint(m_nodes[index].parents[i], paint); !done) {
        return done;
      }
    }
    return {};
  }

  // From where on what is known could still lead to something new. Where dates decide, what was new only for a while counts as well:
  // it shows that they lie.
  Height lowest_new() const {
    Height lowest{true, std::numeric_limits<std::int64_t>::max()};
    for (const Found& found : m_found) {
      const Node& node = m_nodes[found.node];
      const bool has_height = !node.is_missing || !node.height.is_unlisted;
      lowest = node.paint == k_new && has_height ? std::min(lowest, node.height) : lowest;
    }
    return lowest.is_unlisted ? Height{true, std::min(lowest.number, m_oldest)} : above(lowest);
  }

  Result<void> check_found() const {
    Result<void> checked;
    for (const Found& found : m_found) {
      const Node& node = m_nodes[found.node];
      if (node.paint == k_new && node.is_missing) {
        return not_here(node.id);
      }
      if (checked && node.paint == k_new && (!found.commit || node.is_cut)) {
        checked = found.commit ? cut_off(node.id) : malformed(node.id);
      }
    }
    return checked;
  }

  // Youngest first, but never a parent before its child.
  Result<std::vector<NewCommit>> in_order() {
    if (auto checked = check_found(); !checked) {
      return Failure(std::move(checked).error());
    }
    for (const Found& found : m_found) {
      if (m_nodes[found.node].paint == k_new) {
        for (const Index parent : m_nodes[found.node].parents) {
          ++m_nodes[parent].children;
        }
      }
    }
    std::uint64_t turn = 0;
    std::priority_queue<Ready> ready;
    for (const Found& found : m_found) {
      const Node& node = m_nodes[found.node];
      if (node.paint == k_new && node.children == 0) {
        ready.push({node.date, turn++, found.node});
      }
    }
    std::vector<NewCommit> commits;
    commits.reserve(m_count);
    while (!ready.empty()) {
      const Node& node = m_nodes[ready.top().node];
      ready.pop();
      commits.push_back(*std::move(m_found[node.found].commit));
      for (const Index parent : node.parents) {
        if (--m_nodes[parent].children == 0 && m_nodes[parent].paint == k_new) {
          ready.push({m_nodes[parent].date, turn++, parent});
        }
      }
    }
    return commits;
  }

  RepositoryState& m_state;
  Generations m_graph;
  bool m_uses_graph = false;
  std::vector<Node> m_nodes;
  std::vector<std::vector<Index>> m_listed;                 ///< by position in the graph, one more than the index; 0: none yet
  std::unordered_map<CommitId, Index, IdHash> m_indices;    ///< of what is not listed
  std::vector<Generations::Position> m_positions;           ///< of the parents that were asked for last
  std::priority_queue<Open> m_open; ///< has the new paint, and has not spread it; some may be known by now
  KnownSet m_known;                 ///< likewise the known paint
  std::vector<Found> m_found;
  std::size_t m_count = 0; ///< how many of these have the new paint alone
  std::int64_t m_oldest = std::numeric_limits<std::int64_t>::max(); ///< date of what spread the new paint and has no generation
};

} // namespace

Result<std::vector<NewCommit>> find_new_commits(RepositoryState& state, const std::vector<Oid>& tips, const std::vector<Oid>& known) {
  std::vector<CommitId> starts;
  for (const Oid& tip : tips) {
    const auto start = to_git(tip);
    if (!start) {
      return could_not_run("the commit " + tip.hex() + " is not in this repository, which names its objects by SHA-1");
    }
    starts.push_back(to_id(*start));
  }
  std::vector<CommitId> ids;
  for (const Oid& oid : known) {
    if (const auto id = to_git(oid)) {
      ids.push_back(to_id(*id));
    }
  }
  return Walk(state).run(starts, ids);
}

} // namespace gate
