// Which policy judges what stands on a branch, and which branches one protects.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/audit.hpp"
#include "app/audit_graph.hpp"
#include "app/policies.hpp"

namespace gate {

/// Reads the policies of one side. `notices` are told what could not be used; once each.
class AuditPolicies {
public:
  AuditPolicies(const AuditSide& side, const AuditPorts& ports, std::string version, std::vector<std::string>& notices)
      : m_side(side), m_repository(ports.repository), m_policies(ports.repository, ports.sources, std::move(version)), m_notices(notices) {}

  Policies& policies() { return m_policies; }

  /// What judges one step. Both are nothing where there is no policy; `is_unusable`: there is one, and neither it nor one before it can be used.
  struct Judge {
    ProtectedSide side;
    const RefRules* rules = nullptr;
    bool is_unusable = false;
  };
  Result<Judge> judging(const RefName& ref, const BranchLine& line, BranchLine::Step step);

  /// All that some policy protects, the one of HEAD first.
  Result<std::vector<RefName>> protected_branches(const std::vector<BranchTip>& tips);
  /// Does the policy at this commit let the branch be created?
  Result<bool> may_be_created(const RefName& ref, const Oid& commit);

private:
  const RefRules* rules_of(const Policy& policy, const RefName& ref);
  Result<bool> is_protected(const BranchTip& tip);
  Result<bool> protected_on_line(const BranchTip& tip);
  bool protects(const Policy* policy, const RefName& ref);
  void notify(const std::string& notice);

  const AuditSide& m_side;
  Repository& m_repository;
  Policies m_policies;
  std::vector<std::string>& m_notices;
  std::map<std::pair<const Policy*, RefName>, std::optional<RefRules>> m_rules;
};

} // namespace gate
