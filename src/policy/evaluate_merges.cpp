// What merges may do: not be there at all, or hold what git's own merge of the same parents does not.
#include <map>

#include "policy/judging.hpp"

namespace gate {

namespace {

constexpr std::size_t k_max_merges = 3;
constexpr std::size_t k_max_files = 5;

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
                    listed(merges, [](const Remade& r) { return some_of(r.facts->smuggled, k_max_files); }) + verb + " files that git's own merge leaves alone", why,
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
                    demand.place, "git fetch " + judging.remote() + "   (in a shallow clone: git fetch --unshallow " + judging.remote() +
                        ")   or merge two branches at a time: " + merge_again(judging, first));
      break;
    }
  }
}

} // namespace

void judge_merges(Judging& judging) {
  CommitList merges;
  for (const auto& commit : judging.facts().commits) {
    if (is_merge(commit)) {
      merges.push_back(&commit);
    }
  }
  judge_linear(judging, merges);
  const auto& demand = judging.rules().merge_content;
  if (!demand || demand->value == MergeContent::any) {
    return;
  }
  std::map<Oid, const RemadeMerge*> known;
  for (const auto& remade : judging.facts().merges) {
    known.emplace(remade.commit, &remade);
  }
  std::map<RemadeMerge::Outcome, std::vector<Remade>> by_outcome;
  for (const NewCommit* merge : merges) {
    const auto found = known.find(merge->oid);
    const Remade remade{merge, found == known.end() ? nullptr : found->second};
    by_outcome[outcome_of(remade)].push_back(remade);
  }
  judge_outcomes(judging, by_outcome);
}

} // namespace gate
