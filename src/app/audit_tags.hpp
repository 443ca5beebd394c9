// The tags that rules speak of, as if each came now.
#pragma once

#include <string>
#include <vector>

#include "app/audit.hpp"
#include "app/audit_commits.hpp"
#include "app/audit_policies.hpp"
#include "app/audit_records.hpp"
#include "app/audit_verdicts.hpp"

namespace gate {

/// Judges tags as creations by the policy for new refs as it is today, with the commits that no branch and no tag before it (by name) has.
class TagAuditor {
public:
  TagAuditor(const AuditSide& side, const AuditPorts& ports, AuditPolicies& judges, StepCommits& commits, AuditRecords& records,
             VerdictAuditor& verdicts)
      : m_side(side), m_ports(ports), m_judges(judges), m_commits(commits), m_records(records), m_verdicts(verdicts) {}

  /// Those of the side's tags that some rule speaks of; `targets` (if there are any) say which. One that stands on a commit from before the
  /// policy may have been there before it: it is not judged, and named in a notice.
  Result<std::vector<AuditedRef>> audit(const std::vector<BranchTip>& branches, const std::vector<AuditTarget>& targets);

private:
  Result<AuditedRef> audit_tag(const BranchTip& tag, const Peeled& object, const AuditPolicies::Judge& judge);
  Result<void> bring_commits(const Peeled& object, const RefRules& rules);
  Result<bool> is_older(const Peeled& object, const ProtectedSide& side);

  const AuditSide& m_side;
  const AuditPorts& m_ports;
  AuditPolicies& m_judges;
  StepCommits& m_commits;
  AuditRecords& m_records;
  VerdictAuditor& m_verdicts;
  std::vector<Oid> m_known; ///< tips of branches, and of the tags before
};

} // namespace gate
