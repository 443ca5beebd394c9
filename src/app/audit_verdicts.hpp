// Whether what arrived had the signed verdicts that its policy asks for.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/audit.hpp"
#include "app/audit_policies.hpp"
#include "app/required_suites.hpp"
#include "app/update_facts.hpp"

namespace gate {

/// Asks of an update that was taken long ago what pre-receive asks of one that comes: for each required suite a verdict from elsewhere, in the notes that
/// are here. Signers, suites and who may skip them are as the judging policy has them, and a key must have been valid when its run ended. How old
/// a verdict was is not asked: when something arrived, no commit says. Keeps nothing.
class VerdictAuditor {
public:
  VerdictAuditor(const AuditSide& side, const AuditPorts& ports, const Identity& identity, AuditPolicies& judges)
      : m_side(side), m_ports(ports), m_identity(identity), m_judges(judges), m_trusts(ports.repository, ports.sources) {}

  enum class Standing {
    not_asked, ///< the policy asks for none, or they can't be looked at
    holds,
    lacks,
    untold, ///< the key of a suite can't be computed here; a notice says why
  };
  struct Answer {
    Standing standing = Standing::not_asked;
    std::vector<Violation> violations; ///< with `lacks`
  };
  /// `own` is the policy of the commit itself, where it changes the one that guards it; else null.
  Result<Answer> ask(const JudgedUpdate& judged, const Policy* own);
  /// Something lacked a verdict, and no bypass answers for it.
  void missed();

private:
  Result<bool> open();
  void relax(Need& need);

  const AuditSide& m_side;
  const AuditPorts& m_ports;
  const Identity& m_identity;
  AuditPolicies& m_judges;
  VerdictTrusts m_trusts;
  bool m_is_open = false;
  std::optional<AuditVerdicts> m_verdicts;
  std::map<std::string, std::shared_ptr<const VerdictTrust>> m_relaxed; ///< by the digest of what each is made of
};

/// The steps of one branch that a policy asks verdicts for. Several of them may have come in one push, of which only the newest needs them: where a later one
/// has its own, and by the policy of the earlier one as well, the earlier is not held against anybody, but named in a notice.
class VerdictLine {
public:
  VerdictLine(const RefName& ref, const AuditPorts& ports, AuditPolicies& judges, VerdictAuditor& verdicts)
      : m_ref(ref), m_ports(ports), m_judges(judges), m_verdicts(verdicts) {}

  /// One step after the other, without a gap. `found` is where its violations go, an index of the caller's.
  Result<VerdictAuditor::Standing> add(const BranchLine& line, BranchLine::Step step, const AuditPolicies::Judge& judge, const Policy* own, std::size_t found);
  /// A step that nothing judges.
  void skip() { m_steps.emplace_back(); }

  struct Lack {
    BranchLine::Step step;
    std::size_t found;
    std::vector<Violation> violations;
  };
  /// Those that lack a verdict, when all were added; `end` is the step after the last one.
  Result<std::vector<Lack>> lacking(const BranchLine& line, BranchLine::Step end);

private:
  struct Asked {
    VerdictAuditor::Answer answer;
    AuditPolicies::Judge judge;
    std::size_t found = 0;
  };
  using Witness = std::optional<BranchLine::Step>;
  Result<Witness> witness_after(const BranchLine& line, BranchLine::Step end);
  Result<VerdictAuditor::Answer> ask(const BranchLine& line, BranchLine::Step what, BranchLine::Step before, const AuditPolicies::Judge& judge, const Policy* own);
  void name(const std::vector<Oid>& covered);

  const RefName& m_ref;
  const AuditPorts& m_ports;
  AuditPolicies& m_judges;
  VerdictAuditor& m_verdicts;
  std::vector<Asked> m_steps;
};

} // namespace gate
