#include "git/ancestry.hpp"

#include <algorithm>
#include <cstring>

namespace gate {

namespace {

// A node is painted from the commit that is asked about, from the tips, or from both. What both reach can't
// lead from a tip to the commit any more, so the walk is over when nothing is waiting that has the tips'
// paint alone: that holds whatever the dates are, they only decide in which order nodes are read. A cut that
// only the tips have reached may hide the commit; then the walk goes on as long as the commit's own ancestors
// might yet prove that it does not.
constexpr std::uint8_t k_from_commit = 1;
constexpr std::uint8_t k_from_tips = 2;
constexpr std::uint8_t k_both = k_from_commit | k_from_tips;

// How many commits older than the old tip the short way still looks at.
constexpr int k_rounds = 8;

} // namespace

std::size_t Ancestry::IdHash::operator()(const CommitId& id) const {
  std::size_t hash = 0;
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

Ancestry::Index Ancestry::index_of(const CommitId& id) {
  const auto [found, fresh] = m_indices.try_emplace(id, static_cast<Index>(m_nodes.size()));
  if (fresh) {
    m_nodes.emplace_back().id = id;
  }
  return found->second;
}

Result<void> Ancestry::read(Index node) {
  if (m_nodes[node].state != State::unread) {
    return {};
  }
  auto links = m_source.links(m_nodes[node].id);
  if (!links) {
    return Failure(std::move(links).error());
  }
  if (!*links) {
    m_nodes[node].state = State::missing;
    return {};
  }
  std::vector<Index> parents;
  if (!(*links)->cut) {
    for (const CommitId& parent : (*links)->parents) {
      parents.push_back(index_of(parent));
    }
  }
  m_nodes[node].parents = std::move(parents);
  m_nodes[node].date = (*links)->date;
  m_nodes[node].state = (*links)->cut ? State::cut : State::whole;
  return {};
}

Result<void> Ancestry::add_paint(Index node, std::uint8_t paint) {
  const std::uint8_t before = m_nodes[node].paint;
  const auto after = static_cast<std::uint8_t>(before | paint);
  if (after == before || (after == k_from_tips && leads_past(node))) {
    return {};
  }
  if (auto done = read(node); !done) {
    return done;
  }
  if (before == 0) {
    m_painted.push_back(node);
  }
  Node& here = m_nodes[node];
  here.paint = after;
  if (here.queued && before == k_from_tips) {
    --m_open;
  }
  if (here.state != State::whole) {
    m_hidden += after == k_from_tips ? 1 : 0;
    m_hidden -= before == k_from_tips ? 1 : 0;
  }
  if (!here.queued && !here.parents.empty()) {
    here.queued = true;
    m_queue.push({here.date, m_turn++, node});
    m_open += after == k_from_tips ? 1 : 0;
  }
  return {};
}

// Whether the commit that is asked about can be no ancestor of this one, by their generations.
bool Ancestry::leads_past(Index node) {
  if (m_floor == 0) {
    return false;
  }
  const std::uint32_t generation = m_source.generation(m_nodes[node].id);
  return generation != CommitSource::k_unknown && generation <= m_floor;
}

Result<void> Ancestry::spread_one() {
  const Index node = m_queue.top().node;
  m_queue.pop();
  m_nodes[node].queued = false;
  const std::uint8_t paint = m_nodes[node].paint;
  m_open -= paint == k_from_tips ? 1 : 0;
  for (std::size_t i = 0; i < m_nodes[node].parents.size(); ++i) {
    if (auto done = add_paint(m_nodes[node].parents[i], paint); !done) {
      return done;
    }
  }
  return {};
}

Result<void> Ancestry::paint_down(Index commit, const std::vector<Index>& tips, bool to_the_end) {
  clear_paint();
  m_floor = to_the_end ? 0 : m_source.generation(m_nodes[commit].id);
  if (auto done = add_paint(commit, k_from_commit); !done) {
    return done;
  }
  for (const Index tip : tips) {
    if (auto done = add_paint(tip, k_from_tips); !done) {
      return done;
    }
  }
  while (m_open > 0 || (m_hidden > 0 && !m_queue.empty())) {
    if (!to_the_end && m_nodes[commit].paint == k_both) {
      return {};
    }
    if (auto done = spread_one(); !done) {
      return done;
    }
  }
  return {};
}

Ancestry::Answer Ancestry::answer_for(Index commit) const {
  if (m_nodes[commit].paint == k_both) {
    return Answer::yes;
  }
  return m_hidden > 0 ? Answer::cannot_tell : Answer::no;
}

void Ancestry::clear_paint() {
  for (const Index node : m_painted) {
    m_nodes[node].paint = 0;
    m_nodes[node].queued = false;
  }
  m_painted.clear();
  m_queue = {};
  m_open = 0;
  m_hidden = 0;
}

Result<Ancestry::Answer> Ancestry::contained(const CommitId& commit, const std::vector<CommitId>& tips) {
  if (std::find(tips.begin(), tips.end(), commit) != tips.end()) {
    return Answer::yes;
  }
  std::vector<Index> nodes;
  for (const CommitId& tip : tips) {
    nodes.push_back(index_of(tip));
  }
  const Index asked = index_of(commit);
  if (auto done = read(asked); !done) {
    return Failure(std::move(done).error());
  }
  if (m_nodes[asked].state == State::missing) {
    return Answer::cannot_tell;
  }
  if (auto done = paint_down(asked, nodes, false); !done) {
    return Failure(std::move(done).error());
  }
  return answer_for(asked);
}

Result<Ancestry::Line> Ancestry::line(const CommitId& old_tip, const CommitId& new_tip) {
  const Index old_node = index_of(old_tip);
  const Index new_node = index_of(new_tip);
  for (const Index node : {old_node, new_node}) {
    if (auto done = read(node); !done) {
      return Failure(std::move(done).error());
    }
    if (m_nodes[node].state == State::missing) {
      return Line{};
    }
  }
  auto nodes = short_line(old_node, new_node);
  if (!nodes) {
    return Failure(std::move(nodes).error());
  }
  return *nodes ? to_line(**nodes) : painted_line(old_node, new_node);
}

// The usual push: the old tip stands on the new one's first-parent line. Then nothing above it can be an
// ancestor of the old tip, and the branches that were merged need not be read.
Result<std::optional<std::vector<Ancestry::Index>>> Ancestry::short_line(Index old_tip, Index new_tip) {
  std::vector<Index> nodes;
  int patience = k_rounds;
  Index node = new_tip;
  while (node != old_tip) {
    if (auto done = read(node); !done) {
      return Failure(std::move(done).error());
    }
    const Node& here = m_nodes[node];
    if (here.date < m_nodes[old_tip].date) {
      --patience;
    }
    if (here.parents.empty() || patience < 0) {
      return std::optional<std::vector<Index>>();
    }
    nodes.push_back(node);
    node = here.parents.front();
  }
  return std::optional(std::move(nodes));
}

Result<Ancestry::Line> Ancestry::painted_line(Index old_tip, Index new_tip) {
  if (auto done = paint_down(old_tip, {new_tip}, true); !done) {
    return Failure(std::move(done).error());
  }
  const Answer descends = answer_for(old_tip);
  if (descends != Answer::yes) {
    return Line{descends, {}};
  }
  std::vector<Index> nodes;
  for (Index node = new_tip; (m_nodes[node].paint & k_from_commit) == 0;
       node = m_nodes[node].parents.front()) {
    if (m_nodes[node].state != State::whole) {
      return Line{};
    }
    nodes.push_back(node);
    if (m_nodes[node].parents.empty()) {
      break;
    }
  }
  const auto trimmed = trim_line(old_tip, nodes);
  if (!trimmed) {
    return Failure(trimmed.error());
  }
  return *trimmed == Answer::yes ? to_line(nodes) : Line{};
}

// Where dates lie, the walk can end before the old tip's paint has come down to a commit of the line that it
// contains. Once one commit is contained all below it are: if the last is not, the line is right; else the
// place is searched for.
Result<Ancestry::Answer> Ancestry::trim_line(Index old_tip, std::vector<Index>& line) {
  std::size_t outside = 0; // the new tip is no ancestor of the old one
  std::size_t inside = line.size();
  while (inside - outside > 1) {
    const std::size_t probe = inside == line.size() ? inside - 1 : outside + (inside - outside) / 2;
    const auto answer = contained(m_nodes[line[probe]].id, {m_nodes[old_tip].id});
    if (!answer || *answer == Answer::cannot_tell) {
      return answer;
    }
    if (*answer == Answer::no && inside == line.size()) {
      return Answer::yes;
    }
    (*answer == Answer::yes ? inside : outside) = probe;
  }
  line.resize(inside);
  return Answer::yes;
}

Ancestry::Line Ancestry::to_line(const std::vector<Index>& nodes) const {
  Line line{Answer::yes, {}};
  for (const Index node : nodes) {
    line.commits.push_back(m_nodes[node].id);
  }
  return line;
}

} // namespace gate
