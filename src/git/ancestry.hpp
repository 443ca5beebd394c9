// Who descends from whom: exact, also where commit dates lie and where history is cut.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"

namespace gate {

/// The 20 raw bytes of a SHA-1 object name.
using CommitId = std::array<unsigned char, 20>;

/// What a walk needs to know of a commit.
struct CommitLinks {
  std::vector<CommitId> parents;
  std::int64_t date =
      0;            ///< of the committer, seconds since 1970; decides what is read first, never the answer
  bool cut = false; ///< it has parents that this repository was told to leave out (shallow clone)
};

/// Where commits come from.
class CommitSource {
public:
  virtual ~CommitSource() = default;
  /// Nothing when the object is not here; an error when it can't be read or is no commit.
  virtual Result<std::optional<CommitLinks>> links(const CommitId& commit) = 0;

  /// A number that is higher than those of all the commit's ancestors, if it is known; all ancestors of a
  /// commit whose number is known have known ones, too. It spares reading; wrong ones could only make
  /// `contained` say no.
  static constexpr std::uint32_t k_unknown = 0xffffffff;
  virtual std::uint32_t generation(const CommitId& commit) = 0;
};

/// Answers questions of ancestry and remembers what it has read. Reads the newest commits first, so that a
/// question about nearby commits reads few, whatever the length of the history.
class Ancestry {
public:
  enum class Answer {
    yes,
    no,
    cannot_tell, ///< not found, and there are commits on the way that are not here
  };

  /// New commits on a first-parent line.
  struct Line {
    Answer descends = Answer::cannot_tell; ///< whether the old tip is an ancestor of the new one
    std::vector<CommitId> commits;         ///< newest first; empty unless `descends` is yes
  };

  /// `source` must outlive it.
  explicit Ancestry(CommitSource& source) : m_source(source) {}

  /// Whether the commit is one of the tips or an ancestor of one.
  Result<Answer> contained(const CommitId& commit, const std::vector<CommitId>& tips);

  /// The first parents of `new_tip`, itself included, down to the first that `old_tip` contains.
  Result<Line> line(const CommitId& old_tip, const CommitId& new_tip);

private:
  using Index = std::uint32_t;
  enum class State : std::uint8_t { unread, whole, cut, missing };

  struct Node {
    CommitId id{};
    std::vector<Index> parents;
    std::int64_t date = 0;
    State state = State::unread;
    std::uint8_t paint = 0;
    bool queued = false;
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
    std::size_t operator()(const CommitId& id) const;
  };

  Index index_of(const CommitId& id);
  Result<void> read(Index node);
  Result<void> add_paint(Index node, std::uint8_t paint);
  Result<void> spread_one();
  bool leads_past(Index node);
  Result<void> paint_down(Index commit, const std::vector<Index>& tips, bool to_the_end);
  Answer answer_for(Index commit) const;
  void clear_paint();

  Result<std::optional<std::vector<Index>>> short_line(Index old_tip, Index new_tip);
  Result<Line> painted_line(Index old_tip, Index new_tip);
  Result<Answer> trim_line(Index old_tip, std::vector<Index>& line);
  Line to_line(const std::vector<Index>& nodes) const;

  CommitSource& m_source;
  std::vector<Node> m_nodes;
  std::unordered_map<CommitId, Index, IdHash> m_indices;

  // Of the walk that is going on.
  std::priority_queue<Waiting> m_queue;
  std::uint64_t m_turn = 0;
  std::size_t m_open = 0;    ///< queued nodes that only the tips have reached
  std::uint32_t m_floor = 0; ///< from a node of at most this generation the tips' paint need not spread
  std::size_t m_hidden = 0;  ///< nodes that only the tips have reached and whose parents are not here
  std::vector<Index> m_painted;
};

} // namespace gate
