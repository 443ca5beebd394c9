// How the rules of one group are put to one update: shared by the evaluate_*.cpp files. Internal to src/policy.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/shell_word.hpp"
#include "policy/evaluate.hpp"

namespace gate {

/// One group of rules, one update, and what was found so far. Keeps references: all of it must outlive this.
class Judging {
public:
  Judging(const RuleGroup& group, const RefUpdate& update, const UpdateFacts& facts, const History& history, const Scene& scene);

  const Rules& rules() const { return m_group.rules; }
  const RefUpdate& update() const { return m_update; }
  const UpdateFacts& facts() const { return m_facts; }
  const History& history() const { return m_history; } ///< as this group sees it
  const std::string& remote() const { return m_scene.remote; }
  const std::string& branch() const { return m_branch; } ///< the ref's short name

  /// Enforced as the group is.
  void found(std::string rule, std::string what, std::string why, const Place& origin, std::string remedy);
  std::vector<Violation> take() { return std::move(m_found); }

private:
  const RuleGroup& m_group;
  const RefUpdate& m_update;
  const UpdateFacts& m_facts;
  const History& m_history;
  const Scene& m_scene;
  std::string m_branch;
  std::vector<Violation> m_found;
};

// Each looks at its own rules and says what is broken. None but the first three may be asked about a deletion.
void judge_freeze(Judging& judging);
void judge_shape(Judging& judging); ///< direct-push … deletion, and history
void judge_name(Judging& judging);
void judge_first_parent(Judging& judging);
void judge_unknown(Judging& judging); ///< history: facts that could not be gathered
void judge_messages(Judging& judging);
void judge_people(Judging& judging);
void judge_signatures(Judging& judging);
void judge_merges(Judging& judging); ///< linear, merge-content
void judge_files(Judging& judging);
void judge_owners(Judging& judging);

using CommitList = std::vector<const NewCommit*>;

/// Two parents or more, whatever they are.
bool is_merge(const NewCommit& commit);
/// 12345678 "subject"; a subject is cut where it gets too long to be read.
std::string quoted(const Oid& oid, std::string_view subject);
std::string quoted(const NewCommit& commit);
/// The commit of this name as `quoted` has it; only its name when it is not among the new ones.
std::string quoted_of(const UpdateFacts& facts, const Oid& oid);
/// "a, b and c"; past `limit` of them "a, b, c and 7 more".
std::string some_of(const std::vector<std::string>& all, std::size_t limit);
/// Up to three commits.
std::string some_of(const CommitList& commits);
/// "a or b".
std::string any_of_names(const std::vector<std::string>& names);
/// "has" for one, "have" for several.
const char* have(std::size_t count);
/// "2026-12-20T00:00:00Z".
std::string iso_time(std::chrono::system_clock::time_point time);
/// "5 MiB" where it is round, else bytes.
std::string size_limit_text(std::int64_t bytes);
/// "5.1 MiB": rounded up, so that what is over a limit looks so.
std::string size_text(std::int64_t bytes);

/// The commands that change these commits; those are in the order of the facts, children first.
/// With `git commit --amend` and these options, without asking:
std::string amend_remedy(const RefUpdate& update, const CommitList& commits, const std::string& options);
/// By hand, with this word of git-rebase(1) ("reword", "edit") and what to do then (may be empty):
std::string rework_remedy(const RefUpdate& update, const CommitList& commits, const std::string& verb, const std::string& then);

} // namespace gate
