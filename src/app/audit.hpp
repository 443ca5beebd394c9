// What stands on branches against their rules: every step of their first-parent lines, judged once more; and tags.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "policy/bypass_record.hpp"
#include "ports.hpp"

namespace gate {

/// A branch, or a part of it; or a tag, whole.
struct AuditTarget {
  RefName ref;
  std::optional<Oid> after; ///< only what came after this commit; nothing: from the beginning of the policy
  std::optional<Oid> until; ///< a commit of its first-parent line, the last to look at; nothing: its tip
};

/// One commit of a first-parent line, seen as a push of it onto the one before, that breaks a rule.
struct AuditStep {
  Oid commit;
  Oid before;
  std::string subject;               ///< hostile
  std::vector<Violation> violations; ///< that nobody may answer for
  std::vector<Violation> bypassed;   ///< that `bypass` covers
  std::vector<Violation> told;       ///< of rules that are only evaluated
  std::optional<BypassRecord> bypass; ///< with `bypassed`
};

struct AuditedRef {
  RefName ref;
  Oid tip;
  std::size_t judged = 0;       ///< steps that some policy judged
  std::vector<AuditStep> steps; ///< those that break a rule, newest first
  std::size_t unjudged = 0;     ///< steps that a policy was there for, and none that can be used; a notice says why
  std::size_t untold = 0;       ///< steps of which it can't be told whether their suites had passed; a notice says why
};

/// A bypass that no step shows: a deletion, something that was forced away since, a suite that was skipped, or nothing at all.
struct LoneBypass {
  BypassRecord record;
  bool is_used = false; ///< as far as can be told, its update came
};

struct Audit {
  std::string remote;
  std::vector<AuditedRef> refs; ///< branches, then tags; a tag has one step at most
  std::vector<std::string> notices;
  std::vector<LoneBypass> bypasses = {};

  /// Something broke a rule without a bypass.
  bool has_violations() const;
  /// Nothing did, and every step could be judged, and whether its suites had passed.
  bool clean() const;
};

/// What it takes to look at verdicts.
struct AuditVerdicts {
  VerdictNotes& notes;
  const Envelopes& envelopes;
};

struct AuditPorts {
  Repository& repository;
  Commits& commits;
  PolicySources& sources;
  /// Called once, as soon as a policy with [verdicts] judges something: it may end this program and begin another (ensure_all_adapters). Empty:
  /// verdicts are not looked at, and a notice says so.
  std::function<Result<AuditVerdicts>()> verdicts = {};
};

/// Whose branches are audited.
struct AuditSide {
  std::string remote;    ///< its name
  bool receives = false; ///< the repository itself, which receives pushes: rules for some remotes may mean it, whatever they are called
  std::vector<BranchTip> tags = {}; ///< by name; each with the object that it stands for itself, which may be an annotated tag
};

/// Judges each step of a branch by the policy that its branch had just before, as whoever received it would have. Merges and fast-forwards may
/// come from where the source branches stand today. Rules about commits and files are held against what came with the step, but for
/// what another branch has without having the step: that was on the remote before. Not judged, since the history does not say it:
/// freezes, creations and deletions of the branch, and what was thrown away by force. Required suites are judged where the policy has
/// [verdicts], see audit_verdicts.hpp. A policy of the
/// line that can't be used gives way to the newest usable one before it; where there is none, the steps count as not judged.
/// `targets` empty: all branches that a policy protects, their own, one that they had before, or the policy branch's; those on which
/// guards_policy() guards it; and all tags that a rule speaks of. A tag is judged as if it were created now, by today's policy for new refs.
/// Where a branch may be created, what it shares with another protected branch (that of HEAD, else by name) is judged there only.
/// A record of a bypass counts for the side it was written for, and for rules whose policy lets that person skip them; one that was only
/// granted, where its old and its new commit stand on the branch's line. What can't be read is an error.
Result<Audit> audit(const AuditSide& side, const std::vector<AuditTarget>& targets, const std::vector<BypassRecord>& records, const AuditPorts& ports,
                    const Identity& identity);

} // namespace gate
