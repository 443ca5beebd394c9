#include <algorithm>
#include <utility>

#include "git/commits.hpp"
#include "git/handles.hpp"
#include "git/repository.hpp"

namespace gate {

namespace {

using Answer = Ancestry::Answer;

/// Puts together what one update's history is.
class Historian {
public:
  Historian(RepositoryState& state, const std::vector<BranchTip>& sources) : m_state(state) {
    for (const BranchTip& source : sources) {
      if (const auto tip = to_git(source.tip)) {
        m_tips.push_back(to_id(*tip));
        m_branches.push_back(source.branch);
      }
    }
  }

  Result<History> history(const CommitId& old_tip, const CommitId& new_tip) {
    History found;
    const auto line = m_state.ancestry->line(old_tip, new_tip);
    if (!line) {
      return Failure(line.error());
    }
    if (auto told = find_container(new_tip, found); !told) {
      return Failure(std::move(told).error());
    }
    if (line->descends != Answer::yes) {
      found.relation =
          line->descends == Answer::no ? History::Relation::diverged : History::Relation::cannot_tell;
      return found;
    }
    for (const CommitId& commit : line->commits) {
      if (auto described = describe(commit, found); !described) {
        return Failure(std::move(described).error());
      }
    }
    if (cannot_tell(found)) {
      found.line.clear();
      return found;
    }
    const auto on_line = ends_at(old_tip, line->commits);
    if (!on_line) {
      return Failure(on_line.error());
    }
    found.on_first_parent_line = *on_line;
    found.relation = History::Relation::descends;
    return found;
  }

private:
  // The line ends above the first commit that the old tip contains, which need not be the old tip itself.
  Result<bool> ends_at(const CommitId& old_tip, const std::vector<CommitId>& line) {
    if (line.empty()) {
      return true;
    }
    const auto links = m_state.commits->links(line.back());
    if (!links) {
      return Failure(links.error());
    }
    return *links && !(*links)->parents.empty() && (*links)->parents.front() == old_tip;
  }

  // All sources at once first: that none contains the new tip is the usual answer, and the dearest to come
  // by.
  Result<void> find_container(const CommitId& new_tip, History& found) {
    const auto any = m_state.ancestry->contained(new_tip, m_tips);
    if (!any) {
      return Failure(any.error());
    }
    m_container_hidden = *any == Answer::cannot_tell;
    for (std::size_t i = 0; *any == Answer::yes && !found.contained_in && i < m_tips.size(); ++i) {
      const auto answer = m_state.ancestry->contained(new_tip, {m_tips[i]});
      if (!answer) {
        return Failure(answer.error());
      }
      if (*answer == Answer::yes) {
        found.contained_in = m_branches[i];
      }
    }
    return {};
  }

  Result<void> describe(const CommitId& commit, History& found) {
    const auto links = m_state.commits->links(commit);
    if (!links) {
      return Failure(links.error());
    }
    auto subject = subject_of(m_state.odb.get(), commit);
    if (!subject) {
      return Failure(std::move(subject).error());
    }
    LineCommit described{from_git(to_git(commit)), *std::move(subject), false, {}};
    const auto& parents = (*links)->parents;
    for (std::size_t i = 1; i < parents.size(); ++i) {
      // A parent that the first one contains brings nothing in: a commit that is dressed up as a merge.
      const auto known = m_state.ancestry->contained(parents[i], {parents[0]});
      if (!known) {
        return Failure(known.error());
      }
      m_parent_hidden = m_parent_hidden || *known == Answer::cannot_tell;
      described.is_merge = described.is_merge || *known != Answer::yes;
      const auto answer = from_a_source(parents[i]);
      if (!answer) {
        return Failure(answer.error());
      }
      m_parent_hidden = m_parent_hidden || *answer == Answer::cannot_tell;
      if (*answer == Answer::no) {
        described.foreign_parents.push_back(from_git(to_git(parents[i])));
      }
    }
    found.line.push_back(std::move(described));
    return {};
  }

  // A long line of merges takes its parents from further and further back: the last one found is a nearer
  // place to look from than the tips.
  Result<Answer> from_a_source(const CommitId& parent) {
    if (m_last_found) {
      auto near = m_state.ancestry->contained(parent, {*m_last_found});
      if (!near || *near == Answer::yes) {
        m_last_found = parent;
        return near;
      }
    }
    auto answer = m_state.ancestry->contained(parent, m_tips);
    if (answer && *answer == Answer::yes) {
      m_last_found = parent;
    }
    return answer;
  }

  // Where a commit might yet be contained in a source, that decides only if the line does not speak for
  // itself.
  bool cannot_tell(const History& found) const {
    const bool clean = std::all_of(found.line.begin(), found.line.end(), [](const LineCommit& commit) {
      return commit.is_merge && commit.foreign_parents.empty();
    });
    return m_parent_hidden || (m_container_hidden && !found.contained_in && !clean);
  }

  RepositoryState& m_state;
  std::vector<CommitId> m_tips;
  std::vector<RefName> m_branches; ///< of the tips
  std::optional<CommitId> m_last_found;
  bool m_parent_hidden = false;    ///< a merged parent might be a source's, beyond what is here
  bool m_container_hidden = false; ///< so might the new tip
};

} // namespace

Result<History> OpenRepository::history(const Oid& old_tip, const Oid& new_tip,
                                        const std::vector<BranchTip>& sources) {
  const auto old_commit = to_git(old_tip);
  const auto new_commit = to_git(new_tip);
  if (!old_commit || !new_commit) {
    return History{};
  }
  return Historian(*m_state, sources).history(to_id(*old_commit), to_id(*new_commit));
}

} // namespace gate
