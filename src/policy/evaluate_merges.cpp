// What merges may do: not be there at all, or hold what git's own merge of the same parents does not.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "policy/covering.hpp"
#include "policy/judging.hpp"

namespace gate {

namespace {

constexpr std::size_t k_max_merges = 3;
constexpr std::size_t k_most_named = 5;

void judge_linear(Judging& judging, const CommitList& merges) {
  const auto& place = judging.rules().linear;
  if (!place || merges.empty()) {
    return;
  }
  const RefUpdate& update = judging.update();
  const std::string base = !update.creates() ? judging.remote() + "/" + shell_word(judging.branch()) : merges.back()->parents.front().brief();
  judging.found("linear", (merges.size() == 1 ? "the merge " : "the merges ") + some_of(merges) + " would come to " + judging.branch(),
                "the history of " + judging.branch() + " is linear: no new commit is a merge", *place,
                "git rebase " + (update.ref.is_branch() ? base : merges.back()->parents.front().brief()) +
                    "   (it takes merges apart, and keeps the commits that they brought in)");
}

struct Remade {
  const NewCommit* merge;
  const RemadeMerge* facts; ///< null: nobody made it again
};

RemadeMerge::Outcome outcome_of(const Remade& remade) {
  return remade.facts == nullptr ? RemadeMerge::Outcome::cannot_tell : remade.facts->outcome;
}

std::string reason_of(const Remade& remade) {
  return remade.facts == nullptr || remade.facts->reason.empty() ? "it was not made again" : remade.facts->reason;
}

/// The merge, and in brackets what is to be said of each of them.
template <typename Detail> std::string listed(const std::vector<Remade>& merges, Detail detail) {
  std::vector<std::string> texts(merges.size());
  for (std::size_t i = 0; i < merges.size() && i < k_max_merges; ++i) {
    const std::string more = detail(merges[i]);
    texts[i] = quoted(*merges[i].merge) + (more.empty() ? "" : " (" + more + ")");
  }
  return (merges.size() == 1 ? "the merge " : "the merges ") + some_of(texts, k_max_merges);
}

std::string other_side(const NewCommit& merge) { return merge.parents.at(1).brief(); }

// Once more, by git alone; `merge` is made again with all that came after it.
std::string merge_again(const Judging& judging, const NewCommit& merge) {
  return "git switch --detach " + merge.parents.front().brief() + " && git merge --no-ff " + other_side(merge) +
         "   then put " + judging.branch() + " there";
}

std::string again_remedy(const Judging& judging, const NewCommit& merge) {
  return "git fetch " + judging.remote() + "   (in a shallow clone: git fetch --unshallow " + judging.remote() +
         ")   or merge two branches at a time: " + merge_again(judging, merge);
}

void judge_outcomes(Judging& judging, const std::map<RemadeMerge::Outcome, std::vector<Remade>>& by_outcome) {
  const auto& demand = *judging.rules().merge_content;
  const bool is_clean = demand.value == MergeContent::clean;
  const std::string why = "merge_content of " + judging.branch() + " is \"" + std::string(name_of(demand.value)) + "\": a merge holds what git makes of its parents" +
                          (is_clean ? ", and meets no conflict" : "; only files in conflict may differ");
  for (const auto& [outcome, merges] : by_outcome) {
    const NewCommit& first = *merges.front().merge;
    const char* verb = merges.size() == 1 ? " changes" : " change";
    switch (outcome) {
    case RemadeMerge::Outcome::same:
      break;
    case RemadeMerge::Outcome::edited:
      judging.found("merge-content",
                    listed(merges, [](const Remade& r) { return some_of(r.facts->smuggled, k_most_named); }) + verb + " files that git's own merge leaves alone", why,
                    demand.place, merge_again(judging, first) + ", and make the change in a commit of its own");
      break;
    case RemadeMerge::Outcome::resolved:
      if (is_clean) {
        judging.found("merge-content", listed(merges, [](const Remade&) { return std::string(); }) + " met conflicts, which were resolved by hand", why,
                      demand.place,
                      "git switch --detach " + other_side(first) + " && git merge " + first.parents.front().brief() +
                          "   resolve there, have that reviewed, and merge it into " + judging.branch());
      }
      break;
    case RemadeMerge::Outcome::cannot_tell:
      judging.found("merge-content", listed(merges, reason_of) + " could not be made again", why + "; what can't be compared is not let through",
                    demand.place, again_remedy(judging, first));
      break;
    }
  }
}

/// What merges have decided about files of one owner's: merge by merge, the paths behind each.
struct Decided {
  std::vector<Remade> merges;
  std::vector<std::vector<std::string>> paths;

  // Each path, followed by what is to be said of its merge.
  template <typename Detail> std::string listed(Detail detail) const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < merges.size(); ++i) {
      for (const std::string& path : paths[i]) {
        texts.push_back(texts.size() < k_most_named ? path + detail(*merges[i].merge) : std::string());
      }
    }
    return some_of(texts, k_most_named);
  }
  CommitList commits() const {
    CommitList list;
    std::transform(merges.begin(), merges.end(), std::back_inserter(list), [](const Remade& r) { return r.merge; });
    return list;
  }
  bool is_one() const { return merges.size() == 1 && paths.front().size() == 1; }
};

/// What differs from every parent is a change like a commit's: judge_owners sees those.
using Changes = std::set<std::pair<Oid, std::string>>;

// A merge that has one parent's file undoes what the others did to it, unless git's own merge does the same.
void judge_owned(Judging& judging, const std::vector<Remade>& merges, const Changes& changes, const Located<Owners>& owners,
                 const std::vector<bool>& covered, const Covering& covering) {
  const auto& patterns = owners.value.paths;
  std::map<bool, Decided> found; // by whether it can be told
  for (const Remade& remade : merges) {
    const std::size_t at = covering.index_of(remade.merge->oid);
    if (at < covered.size() && covered[at]) {
      continue;
    }
    std::vector<std::string> paths;
    std::copy_if(remade.facts->decided.begin(), remade.facts->decided.end(), std::back_inserter(paths), [&](const std::string& path) {
      return changes.count({remade.merge->oid, path}) == 0 &&
             std::any_of(patterns.begin(), patterns.end(), [&](const PathPattern& pattern) { return pattern.matches(path); });
    });
    if (!paths.empty()) {
      auto& decided = found[outcome_of(remade) != RemadeMerge::Outcome::cannot_tell];
      decided.merges.push_back(remade);
      decided.paths.push_back(std::move(paths));
    }
  }
  const std::string whom = any_of_names(owners.value.by);
  std::vector<std::string> texts(patterns.size());
  std::transform(patterns.begin(), patterns.end(), texts.begin(), [](const PathPattern& pattern) { return pattern.text(); });
  const std::string why = "a merge that comes to " + judging.branch() + " has " + some_of(texts, texts.size()) +
                          " as git makes it of the parents, without a conflict, or " + whom + " has signed it, or a merge that brings it in";
  for (const auto& [can_tell, decided] : found) {
    const NewCommit& first = *decided.merges.front().merge;
    const std::string sign = "have " + whom + " sign it: " + amend_remedy(judging.update(), decided.commits(), "--no-edit -S");
    if (can_tell) {
      const std::string what = decided.listed([](const NewCommit& merge) { return " in " + quoted(merge); });
      judging.found("owners",
                    what + (decided.is_one() ? " is" : " are") + " not what git makes of the parents, or met a conflict; there is no signature by " + whom,
                    why, owners.place, sign + "   or merge once more, as git does: " + merge_again(judging, first));
    } else {
      const std::string what = decided.listed([](const NewCommit&) { return std::string(); });
      judging.found("owners", listed(decided.merges, reason_of) + " could not be made again; whether somebody's change of " + what +
                                  " is undone can't be told, and there is no signature by " + whom,
                    why, owners.place, again_remedy(judging, first) + "   or " + sign);
    }
  }
}

void judge_all_owned(Judging& judging, const std::vector<Remade>& merges) {
  std::vector<Remade> deciding;
  std::set<Oid> names;
  for (const Remade& remade : merges) {
    if (remade.facts != nullptr && !remade.facts->decided.empty()) {
      deciding.push_back(remade);
      names.insert(remade.merge->oid);
    }
  }
  if (deciding.empty() || judging.rules().owners.empty()) {
    return;
  }
  Changes changes;
  for (const auto& file : judging.facts().files) {
    if (names.count(file.commit) != 0) {
      changes.emplace(file.commit, file.path);
    }
  }
  const Covering covering(judging.facts());
  for (const auto& owners : judging.rules().owners) {
    judge_owned(judging, deciding, changes, owners, covering.by(owners.value.by), covering);
  }
}

} // namespace

void judge_merges(Judging& judging) {
  std::map<Oid, const RemadeMerge*> known;
  for (const auto& remade : judging.facts().merges) {
    known.emplace(remade.commit, &remade);
  }
  CommitList merges;
  std::vector<Remade> again;
  for (const auto& commit : judging.facts().commits) {
    if (is_merge(commit)) {
      const auto found = known.find(commit.oid);
      merges.push_back(&commit);
      again.push_back({&commit, found == known.end() ? nullptr : found->second});
    }
  }
  judge_linear(judging, merges);
  const auto& demand = judging.rules().merge_content;
  if (demand && demand->value != MergeContent::any) {
    std::map<RemadeMerge::Outcome, std::vector<Remade>> by_outcome;
    for (const Remade& remade : again) {
      by_outcome[outcome_of(remade)].push_back(remade);
    }
    judge_outcomes(judging, by_outcome);
  }
  judge_all_owned(judging, again);
}

} // namespace gate
