#include "git/new_commits.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>

#include "git/commits.hpp"
#include "policy/commit_object.hpp"

namespace gate {

namespace {

using Index = std::uint32_t;

// Both paints spread from children to parents; a commit is new when the new paint alone has reached it. The walk is over when
// nothing waits that has the new paint alone, and all that waits is older than whatever was found new: with honest dates nothing
// of that can lead to a new commit any more. What by its generation can lead to none need not wait at all: a wrong generation
// could only make a known commit look new.
constexpr std::uint8_t k_new = 1;
constexpr std::uint8_t k_known = 2;

constexpr int k_tag_limit = 64;

struct Node {
  CommitId id{};
  std::vector<Index> parents;
  std::int64_t date = 0;
  std::uint32_t generation = CommitSource::k_unknown;
  bool is_read = false;
  bool is_missing = false;
  bool is_cut = false;
  bool is_queued = false;
  std::uint8_t paint = 0;
  std::uint32_t children = 0; ///< new ones that are still to be given
  std::optional<NewCommit> commit;
};

struct Waiting {
  std::int64_t date;
  std::uint64_t turn;
  Index node;
  bool operator<(const Waiting& other) const {
    return date != other.date ? date < other.date : turn > other.turn;
  }
};

struct IdHash {
  std::size_t operator()(const CommitId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
  }
};

Failure not_here(const CommitId& id) {
  return could_not_run("the commit " + from_git(to_git(id)).hex() + " is not in this repository",
                       "fetch it: git fetch (a shallow clone: git fetch --unshallow)");
}

Failure cut_off(const CommitId& id) {
  return could_not_run("this clone is shallow and ends at the commit " + from_git(to_git(id)).hex() +
                           ", which is new to the remote as far as is known here: what else is new can't be told",
                       "fetch the whole history: git fetch --unshallow");
}

Failure malformed(const CommitId& id) {
  return could_not_run("the commit " + from_git(to_git(id)).hex() + " is malformed",
                       "make it again: git commit --amend or git rebase; see what `git fsck` says");
}

class Walk {
public:
  explicit Walk(RepositoryState& state) : m_state(state) {}

  Result<std::vector<NewCommit>> run(const std::vector<CommitId>& tips, const std::vector<CommitId>& known) {
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
    while (m_open > 0) {
      if (auto done = spread_one(); !done) {
        return Failure(std::move(done).error());
      }
    }
    // From here on the known paint can only take away.
    m_floor = lowest_new();
    while (m_floor && !m_queue.empty() && m_queue.top().date >= m_oldest) {
      if (auto done = spread_one(); !done) {
        return Failure(std::move(done).error());
      }
    }
    return in_order();
  }

private:
  Index index_of(const CommitId& id) {
    const auto [found, fresh] = m_indices.try_emplace(id, static_cast<Index>(m_nodes.size()));
    if (fresh) {
      m_nodes.emplace_back().id = id;
    }
    return found->second;
  }

  // An annotated tag stands for its commit; what is no commit contains none.
  Result<void> add_known(CommitId id) {
    for (int tags = 0; tags < k_tag_limit; ++tags) {
      if (read(index_of(id))) {
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

  Result<void> read(Index index) {
    if (m_nodes[index].is_read) {
      return {};
    }
    const auto links = m_state.commits->links(m_nodes[index].id);
    if (!links) {
      return Failure(links.error());
    }
    std::vector<Index> parents;
    if (*links && !(*links)->cut) {
      for (const CommitId& parent : (*links)->parents) {
        parents.push_back(index_of(parent));
      }
    }
    Node& node = m_nodes[index];
    node.is_read = true;
    node.is_missing = !*links;
    node.is_cut = *links && (*links)->cut;
    node.generation = m_state.commits->generation(node.id);
    node.date = *links ? (*links)->date : 0;
    node.parents = std::move(parents);
    return {};
  }

  // libgit2 still has the object from a moment ago: nothing is inflated twice.
  Result<void> keep(Index index) {
    const git_oid oid = to_git(m_nodes[index].id);
    const auto object = read_object(m_state.odb.get(), oid);
    if (!object) {
      return Failure(object.error());
    }
    auto parsed = *object ? parse_commit_object(bytes_of(*object)) : std::nullopt;
    if (parsed) {
      m_nodes[index].commit = NewCommit{from_git(oid), std::move(parsed->parents), std::move(parsed->author),
                                        std::move(parsed->committer), std::string(parsed->message)};
    }
    m_found.push_back(index);
    return {};
  }

  Result<void> add_paint(Index index, std::uint8_t paint) {
    const std::uint8_t before = m_nodes[index].paint;
    const auto after = static_cast<std::uint8_t>(before | paint);
    if (after == before || ((before & k_known) != 0 && paint == k_new)) {
      return {}; // what is known leads to nothing new
    }
    if (auto done = read(index); !done) {
      return done;
    }
    Node& node = m_nodes[index];
    node.paint = after;
    if (after == k_new) {
      lower_floor(node.generation);
    }
    if (node.is_missing) {
      if (after == k_new) {
        m_missing.push_back(index);
      }
      return {};
    }
    if (after == k_new) {
      if (auto done = keep(index); !done) {
        return done;
      }
    }
    if (node.is_queued) {
      m_open -= before == k_new ? 1 : 0;
    } else {
      queue(index);
      m_open += after == k_new ? 1 : 0;
    }
    return {};
  }

  void queue(Index index) {
    m_nodes[index].is_queued = true;
    m_queue.push({m_nodes[index].date, m_turn++, index});
  }

  void lower_floor(std::uint32_t generation) {
    m_floor = std::min(m_floor.value_or(generation), generation);
    while (!m_aside.empty() && m_aside.top().first > *m_floor) {
      queue(m_aside.top().second);
      m_aside.pop();
    }
  }

  // Nothing when nothing is new.
  std::optional<std::uint32_t> lowest_new() const {
    std::optional<std::uint32_t> lowest;
    for (const auto* indices : {&m_found, &m_missing}) {
      for (const Index index : *indices) {
        if (m_nodes[index].paint == k_new) {
          lowest = std::min(lowest.value_or(m_nodes[index].generation), m_nodes[index].generation);
        }
      }
    }
    return lowest;
  }

  // Whether no ancestor of it can be new. All ancestors of a commit whose generation is known have known ones, too.
  bool leads_past(const Node& node) const {
    return node.generation != CommitSource::k_unknown && m_floor && node.generation <= *m_floor;
  }

  Result<void> spread_one() {
    const Index index = m_queue.top().node;
    m_queue.pop();
    m_nodes[index].is_queued = false;
    const bool is_new = m_nodes[index].paint == k_new;
    if (is_new) {
      --m_open;
      m_oldest = std::min(m_oldest, m_nodes[index].date);
    } else if (leads_past(m_nodes[index])) {
      m_aside.emplace(m_nodes[index].generation, index);
      return {};
    }
    for (std::size_t i = 0; i < m_nodes[index].parents.size(); ++i) {
      if (auto done = add_paint(m_nodes[index].parents[i], is_new ? k_new : k_known); !done) {
        return done;
      }
    }
    return {};
  }

  // Youngest first, but never a parent before its child.
  Result<std::vector<NewCommit>> in_order() {
    for (const Index missing : m_missing) {
      if (m_nodes[missing].paint == k_new) {
        return not_here(m_nodes[missing].id);
      }
    }
    std::size_t count = 0;
    for (const Index index : m_found) {
      if (m_nodes[index].paint == k_new) {
        if (!m_nodes[index].commit) {
          return malformed(m_nodes[index].id);
        }
        if (m_nodes[index].is_cut) {
          return cut_off(m_nodes[index].id);
        }
        ++count;
        for (const Index parent : m_nodes[index].parents) {
          ++m_nodes[parent].children;
        }
      }
    }
    std::priority_queue<Waiting> ready;
    for (Index turn = 0; turn < m_found.size(); ++turn) {
      const Node& node = m_nodes[m_found[turn]];
      if (node.paint == k_new && node.children == 0) {
        ready.push({node.date, m_turn++, m_found[turn]});
      }
    }
    std::vector<NewCommit> commits;
    commits.reserve(count);
    while (!ready.empty()) {
      Node& node = m_nodes[ready.top().node];
      ready.pop();
      commits.push_back(*std::move(node.commit));
      for (const Index parent : node.parents) {
        if (--m_nodes[parent].children == 0 && m_nodes[parent].paint == k_new) {
          ready.push({m_nodes[parent].date, m_turn++, parent});
        }
      }
    }
    return commits;
  }

  RepositoryState& m_state;
  std::vector<Node> m_nodes;
  std::unordered_map<CommitId, Index, IdHash> m_indices;
  std::priority_queue<Waiting> m_queue;
  std::uint64_t m_turn = 0;
  std::size_t m_open = 0; ///< queued nodes with the new paint alone
  std::int64_t m_oldest = std::numeric_limits<std::int64_t>::max(); ///< of what was found new
  std::optional<std::uint32_t> m_floor; ///< the lowest generation of what the new paint alone has reached
  std::priority_queue<std::pair<std::uint32_t, Index>> m_aside; ///< known, and by its generation not above anything new
  std::vector<Index> m_found;   ///< once thought new
  std::vector<Index> m_missing; ///< likewise, and not here
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
