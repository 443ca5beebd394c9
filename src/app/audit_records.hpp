// The bypasses of one side, held against what an audit finds.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "app/audit.hpp"
#include "policy/bypass_record.hpp"
#include "ports.hpp"

namespace gate {

class AuditRecords {
public:
  /// Of `records` (in the order of their file) those that were written for this side: a clone knows what it let through to whom, and a
  /// server what it let in itself.
  AuditRecords(const AuditSide& side, const std::vector<BypassRecord>& records);

  /// Puts a violation where it belongs in what was found of a step: of a rule that is only evaluated; or excused, by a record that `let_in`
  /// says is about it, in spite of this rule and by somebody who may skip it; or neither.
  void sort_in(Violation violation, AuditStep& found, const std::function<bool(const BypassRecord&)>& let_in);

  /// Those that have excused nothing. `refs` are the branches and tags as they stand; of what was audited in part only (`targets`)
  /// none is given.
  Result<std::vector<LoneBypass>> lone(const std::vector<BranchTip>& refs, const std::vector<AuditTarget>& targets, Repository& repository) const;

private:
  Result<bool> was_used(const BypassRecord& record, const std::vector<BranchTip>& refs, Repository& repository) const;

  std::vector<BypassRecord> m_records;       ///< what was done before what was only granted, and of that the newest first
  std::set<const BypassRecord*> m_excusing;
};

} // namespace gate
