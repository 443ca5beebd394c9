#include "app/audit_records.hpp"

#include <algorithm>
#include <iterator>

#include "app/bypass_log.hpp"

namespace gate {

namespace {

using Recorded = BypassRecord::State;

// A suite that was skipped is one that has no verdict.
bool is_of_rule(const std::string& recorded, const std::string& rule) { return recorded == rule || (rule == "verdict" && recorded == "suite"); }

bool is_about(const BypassRecord& record, const Violation& violation) {
  const bool has_rule = record.rules.empty() ||
                        std::any_of(record.rules.begin(), record.rules.end(), [&](const auto& rule) { return is_of_rule(rule.id, violation.rule); });
  return has_rule && record.ref == violation.ref && !record.new_oid.is_zero() && violation.bypass.allows(record.who);
}

bool is_asked_for(const RefName& ref, const std::vector<AuditTarget>& targets) {
  return targets.empty() || std::any_of(targets.begin(), targets.end(), [&](const AuditTarget& t) { return t.ref == ref && !t.after && !t.until; });
}

} // namespace

AuditRecords::AuditRecords(const AuditSide& side, const std::vector<BypassRecord>& records) {
  const auto all = settled(records);
  std::copy_if(all.begin(), all.end(), std::back_inserter(m_records), [&](const BypassRecord& record) {
    return side.receives ? record.where == BypassRecord::Where::server : record.remote == side.remote;
  });
  const auto granted = std::stable_partition(m_records.begin(), m_records.end(), [](const BypassRecord& r) { return r.state == Recorded::done; });
  std::reverse(granted, m_records.end());
}

void AuditRecords::sort_in(Violation violation, AuditStep& found, const std::function<bool(const BypassRecord&)>& let_in) {
  if (violation.enforcement != Enforcement::active) {
    found.told.push_back(std::move(violation));
    return;
  }
  const auto record = std::find_if(m_records.begin(), m_records.end(), [&](const BypassRecord& r) { return is_about(r, violation) && let_in(r); });
  if (record == m_records.end()) {
    found.violations.push_back(std::move(violation));
    return;
  }
  m_excusing.insert(&*record);
  found.bypass = found.bypass.value_or(*record);
  found.bypassed.push_back(std::move(violation));
}

Result<std::vector<LoneBypass>> AuditRecords::lone(const std::vector<BranchTip>& refs, const std::vector<AuditTarget>& targets,
                                                           Repository& repository) const {
  std::vector<LoneBypass> found;
  for (const auto& record : m_records) {
    if (m_excusing.count(&record) != 0 || !is_asked_for(record.ref, targets)) {
      continue;
    }
    const auto used = was_used(record, refs, repository);
    if (!used) {
      return tl::unexpected(used.error());
    }
    found.push_back({record, *used});
  }
  return found;
}

// The server's own word that it was done is enough. Else what stands there tells.
Result<bool> AuditRecords::was_used(const BypassRecord& record, const std::vector<BranchTip>& refs, Repository& repository) const {
  const bool is_done = record.state == Recorded::done;
  if (is_done && record.where == BypassRecord::Where::server) {
    return true;
  }
  const bool was_done_by_another = std::any_of(m_records.begin(), m_records.end(), [&](const BypassRecord& other) {
    return other.state == Recorded::done && other.ref == record.ref && other.new_oid == record.new_oid &&
           (record.new_oid.is_zero() || other.old_oid == record.old_oid);
  });
  if (!is_done && was_done_by_another) {
    return false;
  }
  const auto ref = std::find_if(refs.begin(), refs.end(), [&](const BranchTip& tip) { return tip.branch == record.ref; });
  if (record.new_oid.is_zero() || ref == refs.end()) {
    return record.new_oid.is_zero() && ref == refs.end();
  }
  if (ref->tip == record.new_oid || record.ref.is_tag()) {
    return ref->tip == record.new_oid;
  }
  const auto since = repository.history(record.new_oid, ref->tip, {});
  if (!since) {
    return tl::unexpected(since.error());
  }
  return since->relation == History::Relation::descends && (is_done || since->on_first_parent_line);
}

} // namespace gate
