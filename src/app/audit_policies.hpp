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

  /// What judges a tag: the policy for new refs, as it is today.
  Result<Judge> judging_tag(const RefName& tag, const std::optional<Oid>& commit);

  struct Watched {
    std::vector<RefName> protected_ones; ///< all that some policy protects, the one of HEAD first
    std::vector<RefName> all;            ///< by name: these, and those where a change of the policy is guarded (guards_policy)
  };
  Result<Watched> watched_branches(const std::vector<BranchTip>& tips);
  /// Does the policy at this commit let the branch be created?
  Result<bool> may_be_created(const RefName& ref, const Oid& commit);
  void notify(const std::string& notice);

private:
  // Blocks for some remotes may mean a server, whatever it is called.
  std::optional<std::string> remote_of_rules() const { return m_side.receives ? std::nullopt : std::optional(m_side.remote); }
  const RefRules* rules_of(const Policy& policy, const RefName& ref);
  /// In this order: what says more counts.
  enum class Watch { none, policy, protection };
  Result<Watch> watch_of(const BranchTip& tip);
  Result<Watch> watch_on_line(const BranchTip& tip, Watch at_least);
  Result<Watch> watch_by(const Policy* policy, const RefName& ref);
  const AuditSide& m_side;
  Repository& m_repository;
  Policies m_policies;
  std::vector<std::string>& m_notices;
  std::map<std::pair<const Policy*, RefName>, std::optional<RefRules>> m_rules;
};

} // namespace gate
