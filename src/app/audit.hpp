// What stands on branches against their rules: every step of their first-parent lines, judged once more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "policy/bypass_record.hpp"
#include "ports.hpp"

namespace gate {

/// A branch, or a part of it.
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
};

struct Audit {
  std::string remote;
  std::vector<AuditedRef> refs;
  std::vector<std::string> notices;

  /// No violation without a bypass.
  bool clean() const;
};

struct AuditPorts {
  Repository& repository;
  Commits& commits;
  PolicySources& sources;
};

/// Judges each step by the policy that its branch had just before, as whoever received it would have. Merges and fast-forwards may
/// come from where the source branches stand today. Rules about commits and files are held against what came with the step, but for
/// what another branch has without having the step: that was on the remote before. Not judged, since the history does not say it:
/// freezes, required suites, creations and deletions of the branch, and what was thrown away by force. `targets` empty: all branches
/// of the remote that their own policy protects. What can't be read is an error.
Result<Audit> audit(const std::string& remote, const std::vector<AuditTarget>& targets, const std::vector<BypassRecord>& records, const AuditPorts& ports,
                    const Identity& identity);

} // namespace gate
