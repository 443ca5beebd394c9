// What an update does to its ref: its shape, its first-parent line, its name, and when.
#include <algorithm>

#include "policy/judging.hpp"

namespace gate {

namespace {

std::string names(const std::vector<RefName>& refs) {
  std::string text;
  for (const auto& ref : refs) {
    text += (text.empty() ? "" : " or ") + ref.brief();
  }
  return text.empty() ? "no branch" : text;
}

std::string quoted(const LineCommit& commit) { return gate::quoted(commit.oid, commit.subject); }

class ShapeJudge {
public:
  explicit ShapeJudge(Judging& judging)
      : m_judging(judging), m_rules(judging.rules()), m_update(judging.update()), m_remote(judging.remote()), m_branch(judging.branch()) {
    if (m_rules.allow) {
      m_allow = m_rules.allow->value;
    }
  }

  void judge() const {
    if (m_update.removes()) {
      unless(Shape::remove, "deletion", m_branch + " would be deleted", "leave " + m_branch + " where it is, and push the rest");
      return;
    }
    if (m_update.creates()) {
      unless(Shape::create, "creation", m_branch + " does not exist on " + m_remote + " and would be created",
             "push under a name that the policy lets you create");
      return;
    }
    judge_change(m_judging.history());
  }

private:
  bool admits(Shape shape) const { return m_allow.contains(shape); }

  std::string why() const {
    std::string text = m_branch + " takes " +
                       (m_allow.empty()    ? "no pushes at all"
                        : m_allow.is_all() ? "every shape of update"
                                           : m_allow.str() + " only");
    if (m_rules.from) {
      text += ", from " + names(m_rules.from->value);
    }
    return text;
  }

  Place origin() const { return m_rules.allow ? m_rules.allow->place : m_rules.from ? m_rules.from->place : Place{}; }

  void add(const std::string& rule, std::string what, std::string remedy) const {
    m_judging.found(rule, std::move(what), why(), origin(), std::move(remedy));
  }

  void unless(Shape shape, const std::string& rule, std::string what, std::string remedy) const {
    if (!admits(shape)) {
      add(rule, std::move(what), std::move(remedy));
    }
  }

  void judge_change(const History& history) const {
    switch (history.relation) {
    case History::Relation::cannot_tell:
      return cannot_tell();
    case History::Relation::diverged:
      if (m_update.ref.is_tag()) {
        return unless(Shape::force, "force-push", "the tag " + m_branch + " is on " + m_remote + " already and would be moved",
                      "give this commit a tag of its own");
      }
      return unless(Shape::force, "force-push", m_branch + " on " + m_remote + " has commits that this push would throw away",
                    "git pull " + m_remote + " " + shell_word(m_branch) + ", then push without force");
    case History::Relation::descends:
      break;
    }
    if (m_rules.limits_shape() && !(history.contained_in && admits(Shape::fast_forward))) {
      judge_line(history);
    }
  }

  void cannot_tell() const {
    if (!m_rules.needs_history()) {
      return;
    }
    const std::string rule = m_rules.limits_shape() ? why() : "the old tip of " + m_branch + " stays on its first-parent line";
    m_judging.found("history",
                    m_branch + "'s tip " + m_update.old_oid.brief() + " on " + m_remote + ", or a commit since, is not in this repository",
                    rule + "; what this push changes can't be told", m_rules.limits_shape() ? origin() : *m_rules.first_parent,
                    "git fetch " + m_remote + " " + shell_word(m_branch) + "   (in a shallow clone: git fetch --unshallow " + m_remote + ")");
  }

  // Any new commit that is no merge makes it a `commit`; merges alone make it a `merge`; both are held to `from`.
  void judge_line(const History& history) const {
    const auto& line = history.line;
    const std::string absent = absent_sources(history);
    const auto direct = std::find_if(line.begin(), line.end(), [](const auto& c) { return !c.is_merge; });
    if (direct != line.end() && !admits(Shape::commit)) {
      history.contained_in ? bare_fast_forward(*history.contained_in, absent) : direct_push(line, *direct, absent);
    }
    if (direct == line.end() && !line.empty() && !admits(Shape::merge)) {
      m_judging.found("merge", "the merge " + quoted(line.front()) + " would land on " + m_branch, why() + absent, origin(),
                      "bring the change in as " + m_allow.str());
      return;
    }
    const auto foreign = std::find_if(line.begin(), line.end(), [](const auto& c) { return !c.foreign_parents.empty(); });
    if (m_rules.from && foreign != line.end()) {
      merge_source(*foreign, absent);
    }
  }

  void bare_fast_forward(const RefName& source, const std::string& absent) const {
    m_judging.found("fast-forward", m_branch + " would be moved forward to " + source.brief() + " without a merge", why() + absent, origin(),
                    "git switch " + shell_word(m_branch) + " && git merge --no-ff " + shell_word(source.brief()));
  }

  void direct_push(const std::vector<LineCommit>& line, const LineCommit& last, const std::string& absent) const {
    const auto count = std::count_if(line.begin(), line.end(), [](const auto& c) { return !c.is_merge; });
    std::string what = count == 1 ? quoted(last) + " would land straight on " + m_branch
                                  : std::to_string(count) + " commits would land straight on " + m_branch + ", the last is " + quoted(last);
    const std::string way = m_rules.from && !m_rules.from->value.empty() ? "bring it to " + names(m_rules.from->value) + " and merge that"
                                                                          : "and have that merged into " + m_branch;
    m_judging.found("direct-push", std::move(what), why() + absent, origin(),
                    "git push " + m_remote + " " + m_update.new_oid.brief() + ":refs/heads/my-change   " + way);
  }

  void merge_source(const LineCommit& merge, const std::string& absent) const {
    const std::string sources = names(m_rules.from->value);
    m_judging.found("merge-source",
                    "the merge " + quoted(merge) + " brings in " + merge.foreign_parents.front().brief() + ", which is not in " + sources +
                        " as " + m_remote + " has it",
                    why() + absent, m_rules.from->place, "push it to " + sources + " first   (if it is there by now: git fetch " + m_remote + ")");
  }

  // Said only where it matters: a source that is not there is why nothing can come from it.
  std::string absent_sources(const History& history) const {
    std::string text;
    for (const auto& source : history.absent_sources) {
      text += "; " + m_remote + " has no branch " + source.brief() + ", as far as was fetched" +
              (m_rules.from ? " (" + m_rules.from->place.str() + ")" : "");
    }
    return text;
  }

  Judging& m_judging;
  const Rules& m_rules;
  const RefUpdate& m_update;
  const std::string& m_remote;
  const std::string& m_branch;
  ShapeSet m_allow = ShapeSet::all();
};

} // namespace

void judge_shape(Judging& judging) {
  if (judging.rules().needs_history()) {
    ShapeJudge(judging).judge();
  }
}

void judge_first_parent(Judging& judging) {
  const Rules& rules = judging.rules();
  const RefUpdate& update = judging.update();
  const History& history = judging.history();
  const bool may_be_forced = !rules.allow || rules.allow->value.contains(Shape::force);
  const bool was_lost = history.relation == History::Relation::diverged && may_be_forced;
  const bool was_left = history.relation == History::Relation::descends && !history.on_first_parent_line;
  if (!rules.first_parent || update.creates() || !(was_lost || was_left)) {
    return;
  }
  const std::string& branch = judging.branch();
  judging.found("first-parent",
                branch + "'s tip " + update.old_oid.brief() + " on " + judging.remote() +
                    (was_lost ? " is not in " : " would leave the first-parent line: it is only merged into ") + update.new_oid.brief(),
                "the old tip of " + branch + " stays on its first-parent line", *rules.first_parent,
                update.ref.is_tag() ? "give this commit a tag of its own"
                                    : "git fetch " + judging.remote() + " && git switch " + shell_word(branch) + " && git reset --hard " +
                                          judging.remote() + "/" + shell_word(branch) + " && git merge --no-ff " + update.new_oid.brief());
}

void judge_name(Judging& judging) {
  const RefUpdate& update = judging.update();
  const std::string kind = update.ref.is_tag() ? "tag" : "branch";
  for (const auto& name : judging.rules().name) {
    const auto answer = update.creates() ? name.value.search(judging.branch()) : Regex::Answer::matches;
    const std::string why = "the name of a new " + kind + " matches " + name.value.pattern();
    if (answer == Regex::Answer::differs) {
      judging.found("name", "the name of the new " + kind + " " + judging.branch() + " does not match " + name.value.pattern(), why, name.place,
                    "git push " + judging.remote() + " " + update.new_oid.brief() + ":refs/" + (update.ref.is_tag() ? "tags" : "heads") +
                        "/NAME   with a NAME that matches");
    } else if (answer == Regex::Answer::too_costly) {
      judging.found("name",
                    "whether the name of the new " + kind + " " + judging.branch() + " matches " + name.value.pattern() + " could not be decided",
                    why + ", and this pattern takes too many steps", name.place, "make the pattern at " + name.place.str() + " simpler");
    }
  }
}

void judge_freeze(Judging& judging) {
  const auto now = judging.facts().now;
  for (const auto& freeze : judging.rules().freeze) {
    if (freeze.value.from <= now && now < freeze.value.until) {
      const std::string until = iso_time(freeze.value.until);
      judging.found("freeze", judging.branch() + " is frozen until " + until + ": " + freeze.value.reason,
                    judging.branch() + " takes no update from " + iso_time(freeze.value.from) + " until " + until + ", by this machine's clock",
                    freeze.place, "push it again after " + until);
    }
  }
}

} // namespace gate
