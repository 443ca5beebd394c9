#include "app/update_history.hpp"

#include <algorithm>
#include <iterator>

namespace gate {

namespace {

class HistoryReader {
public:
  HistoryReader(const JudgedUpdate& judged, const std::optional<std::string>& remote, const std::vector<BranchTip>& admitted, Repository& repository)
      : m_judged(judged), m_remote(remote), m_admitted(admitted), m_repository(repository) {}

  Result<History> read(const Rules& rules) {
    const RefUpdate& update = m_judged.update;
    const Peeled& object = m_judged.object;
    const auto old_object = m_repository.peel(update.old_oid);
    if (!old_object) {
      return tl::unexpected(old_object.error());
    }
    if (!old_object->commit) {
      // A tag of a tree has no history: nothing can be said, and any change of it replaces it.
      const bool missing = old_object->kind == Peeled::Kind::missing;
      return History{missing ? History::Relation::cannot_tell : History::Relation::diverged, {}, {}, {}, true};
    }
    if (!object.commit || update.ref.is_tag()) {
      const bool same = object.commit == old_object->commit;
      return History{same ? History::Relation::descends : History::Relation::diverged, {}, {}, {}, true};
    }
    auto sources = source_tips(rules, update.ref);
    if (!sources) {
      return tl::unexpected(sources.error());
    }
    auto history = m_repository.history(*old_object->commit, *object.commit, *sources);
    if (history && rules.from) {
      const auto has = [&](const RefName& branch) {
        return std::any_of(sources->begin(), sources->end(), [&](const BranchTip& t) { return t.branch == branch; });
      };
      std::copy_if(rules.from->value.begin(), rules.from->value.end(), std::back_inserter(history->absent_sources),
                   [&](const RefName& branch) { return !has(branch); });
    }
    return history;
  }

private:
  // The target remote's branches that merges and fast-forwards may come from: as last seen, and as this push moves them.
  Result<std::vector<BranchTip>> source_tips(const Rules& rules, const RefName& target) {
    const bool any_branch = !rules.from;
    const bool may_forward = !rules.allow || rules.allow->value.contains(Shape::fast_forward);
    std::vector<BranchTip> tips;
    const auto is_source = [&](const RefName& branch) {
      if (any_branch) {
        return !(branch == target) && may_forward;
      }
      const auto& from = rules.from->value;
      return std::find(from.begin(), from.end(), branch) != from.end();
    };
    if (m_remote && any_branch && may_forward) {
      auto all = m_repository.tracking_tips(*m_remote);
      if (!all) {
        return all;
      }
      std::copy_if(all->begin(), all->end(), std::back_inserter(tips), [&](const BranchTip& t) { return is_source(t.branch); });
    } else if (m_remote && rules.from) {
      for (const auto& branch : rules.from->value) {
        const auto tip = m_repository.tracking_tip(*m_remote, branch);
        if (!tip) {
          return tl::unexpected(tip.error());
        }
        if (*tip) {
          tips.push_back({branch, **tip});
        }
      }
    }
    std::copy_if(m_admitted.begin(), m_admitted.end(), std::back_inserter(tips), [&](const BranchTip& t) { return is_source(t.branch); });
    return tips;
  }

  const JudgedUpdate& m_judged;
  const std::optional<std::string>& m_remote;
  const std::vector<BranchTip>& m_admitted;
  Repository& m_repository;
};

} // namespace

Result<std::vector<std::optional<History>>> histories_of(const JudgedUpdate& judged, const std::optional<std::string>& remote,
                                                         const std::vector<BranchTip>& admitted, Repository& repository) {
  std::vector<std::optional<History>> histories;
  const bool changes = !judged.update.creates() && !judged.update.removes();
  HistoryReader reader(judged, remote, admitted, repository);
  for (const auto& group : judged.rules.groups) {
    if (!changes || !group.rules.needs_history()) {
      histories.emplace_back();
      continue;
    }
    auto history = reader.read(group.rules);
    if (!history) {
      return tl::unexpected(history.error());
    }
    histories.emplace_back(*std::move(history));
  }
  return histories;
}

} // namespace gate
