#include "policy/evaluate.hpp"

#include <algorithm>

namespace gate {

namespace {

std::string names(const std::vector<RefName>& refs) {
  std::string text;
  for (const auto& ref : refs) {
    text += (text.empty() ? "" : " or ") + ref.brief();
  }
  return text.empty() ? "no branch" : text;
}

std::string quoted(const LineCommit& commit) { return commit.oid.brief() + " \"" + commit.subject + "\""; }

class Judge {
public:
  Judge(const RefRules& rules, const RefUpdate& update, const std::string& remote)
      : m_rules(rules), m_update(update), m_remote(remote), m_branch(update.ref.brief()) {}

  std::vector<Violation> judge(const std::optional<History>& history) const {
    if (m_update.removes()) {
      return unless(Shape::remove, "deletion", m_branch + " would be deleted", "leave " + m_branch + " where it is, and push the rest");
    }
    if (m_update.creates()) {
      return unless(Shape::create, "creation", m_branch + " does not exist on " + m_remote + " and would be created",
                    "push under a name that the policy lets you create");
    }
    return judge_change(history.value_or(History{}));
  }

private:
  bool admits(Shape shape) const { return m_rules.allow.value.contains(shape); }

  Violation violation(std::string rule, std::string what, std::string remedy) const {
    const ShapeSet allow = m_rules.allow.value;
    std::string why = m_branch + " takes " + (allow.empty() ? "no pushes at all" : allow.is_all() ? "every shape of update" : allow.str() + " only");
    if (m_rules.from) {
      why += ", from " + names(m_rules.from->value);
    }
    return {std::move(rule), m_update.ref, std::move(what), std::move(why), m_rules.allow.place, std::move(remedy)};
  }

  std::vector<Violation> unless(Shape shape, std::string rule, std::string what, std::string remedy) const {
    if (admits(shape)) {
      return {};
    }
    return {violation(std::move(rule), std::move(what), std::move(remedy))};
  }

  std::vector<Violation> judge_change(const History& history) const {
    switch (history.relation) {
    case History::Relation::cannot_tell:
      return {cannot_tell()};
    case History::Relation::diverged:
      if (m_update.ref.is_tag()) {
        return unless(Shape::force, "force-push", "the tag " + m_branch + " is on " + m_remote + " already and would be moved",
                      "give this commit a tag of its own");
      }
      return unless(Shape::force, "force-push", m_branch + " on " + m_remote + " has commits that this push would throw away",
                    "git pull " + m_remote + " " + m_branch + ", then push without force");
    case History::Relation::descends:
      break;
    }
    if (history.contained_in && admits(Shape::fast_forward)) {
      return {};
    }
    auto found = judge_line(history);
    for (auto& violation : found) {
      name_absent_sources(violation, history);
    }
    return found;
  }

  Violation cannot_tell() const {
    Violation found = violation("history",
                                m_branch + "'s tip " + m_update.old_oid.brief() + " on " + m_remote +
                                    ", or a commit since, is not in this repository",
                                "git fetch " + m_remote + " " + m_branch + "   (in a shallow clone: git fetch --unshallow " + m_remote + ")");
    found.why += "; what this push changes can't be told";
    return found;
  }

  // Any new commit that is no merge makes it a `commit`; merges alone make it a `merge`; both are held to `from`.
  std::vector<Violation> judge_line(const History& history) const {
    std::vector<Violation> found;
    const auto& line = history.line;
    const auto direct = std::find_if(line.begin(), line.end(), [](const auto& c) { return !c.is_merge; });
    if (direct != line.end() && !admits(Shape::commit)) {
      found.push_back(history.contained_in ? bare_fast_forward(*history.contained_in) : direct_push(line, *direct));
    }
    if (direct == line.end() && !line.empty() && !admits(Shape::merge)) {
      found.push_back(violation("merge", "the merge " + quoted(line.front()) + " would land on " + m_branch,
                                "bring the change in as " + m_rules.allow.value.str()));
      return found;
    }
    const auto foreign = std::find_if(line.begin(), line.end(), [](const auto& c) { return !c.foreign_parents.empty(); });
    if (m_rules.from && foreign != line.end()) {
      found.push_back(merge_source(*foreign));
    }
    return found;
  }

  Violation bare_fast_forward(const RefName& source) const {
    return violation("fast-forward", m_branch + " would be moved forward to " + source.brief() + " without a merge",
                     "git switch " + m_branch + " && git merge --no-ff " + source.brief());
  }

  Violation direct_push(const std::vector<LineCommit>& line, const LineCommit& last) const {
    const auto count = std::count_if(line.begin(), line.end(), [](const auto& c) { return !c.is_merge; });
    std::string what = count == 1 ? quoted(last) + " would land straight on " + m_branch
                                  : std::to_string(count) + " commits would land straight on " + m_branch + ", the last is " + quoted(last);
    const std::string way = m_rules.from && !m_rules.from->value.empty() ? "bring it to " + names(m_rules.from->value) + " and merge that"
                                                                          : "and have that merged into " + m_branch;
    return violation("direct-push", std::move(what),
                     "git push " + m_remote + " " + m_update.new_oid.brief() + ":refs/heads/my-change   " + way);
  }

  Violation merge_source(const LineCommit& merge) const {
    Violation found =
        violation("merge-source",
                  "the merge " + quoted(merge) + " brings in " + merge.foreign_parents.front().brief() + ", which is not in " +
                      names(m_rules.from->value) + " as " + m_remote + " has it",
                  "push it to " + names(m_rules.from->value) + " first   (if it is there by now: git fetch " + m_remote + ")");
    found.origin = m_rules.from->place;
    return found;
  }

  // Said only where it matters: a source that is not there is why nothing can come from it.
  void name_absent_sources(Violation& violation, const History& history) const {
    for (const auto& source : history.absent_sources) {
      violation.why += "; " + m_remote + " has no branch " + source.brief() + ", as far as was fetched (" + m_rules.from->place.str() + ")";
    }
  }

  const RefRules& m_rules;
  const RefUpdate& m_update;
  const std::string& m_remote;
  std::string m_branch;
};

} // namespace

bool needs_history(const RefRules& rules, const RefUpdate& update) {
  return rules.is_protected() && !update.creates() && !update.removes();
}

std::vector<Violation> evaluate(const RefRules& rules, const RefUpdate& update, const std::optional<History>& history,
                                const std::string& remote) {
  if (!rules.is_protected()) {
    return {};
  }
  return Judge(rules, update, remote).judge(history);
}

} // namespace gate
