// Which suites must have passed for an update, and which of them have.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/judge.hpp"
#include "app/suite_key.hpp"
#include "app/update_facts.hpp"

namespace gate {

/// [verdicts] of the policies that judge one push, with the files that they name: each read once.
class VerdictTrusts {
public:
  VerdictTrusts(Repository& repository, PolicySources& sources) : m_repository(repository), m_sources(sources) {}

  struct Trust {
    std::shared_ptr<const VerdictTrust> terms; ///< null: nobody's word counts
    std::string notice;                        ///< why, where that is not what the policy says
  };
  /// By [verdicts] of the side's policy; the files are read beside it, so that a push can't add its own key. Nothing is read where there is no such table.
  Result<Trust> of(const ProtectedSide& side);

private:
  Result<Trust> read(const VerdictSettings& settings, const std::optional<Oid>& commit);

  Repository& m_repository;
  PolicySources& m_sources;
  std::map<std::pair<const Policy*, std::optional<Oid>>, Trust> m_read;
};

/// Adds to a judgement what one admitted update needs.
class SuiteFinder {
public:
  SuiteFinder(const JudgePorts& ports, const Identity& identity, const JudgeTerms& terms, VerdictTrusts& trusts, Judgement& judgement)
      : m_ports(ports), m_identity(identity), m_terms(terms), m_trusts(trusts), m_judgement(judgement) {}

  /// A protected ref, or one that asks for verdicts, is satisfied by the protected side's suites; elsewhere people must be able to change their tests. What
  /// changes a protected ref's policy passes both. `own` is the pushed commit's policy, if it has one. Gives the problems
  /// of that policy's rules. Where suites run elsewhere, verdicts of this machine are not looked for. An error means that something could not be read.
  Result<std::vector<Diagnostic>> require(const JudgedUpdate& judged, const Policy* own, bool is_policy_change, const std::optional<std::string>& remote);

private:
  std::vector<std::string> required_suites(const RefRules& rules, const Policy& source) const;
  Result<void> require_from(const Policy* source, const RefRules& rules, const JudgedUpdate& judged);
  Result<void> require_one(const std::string& name, const Policy& source, const RefRules& rules, const JudgedUpdate& judged);
  bool may_skip(const RefRules& rules, const std::string& name) const;
  Result<std::optional<std::string>> missing_path(const Suite& suite, const Oid& tree) const;
  Result<void> need(Suite suite, const JudgedUpdate& judged);
  Result<Need> fresh_need(Suite suite, const JudgedUpdate& judged);
  Result<void> note_trust(Need& need, const SuiteKey& key, const ProtectedSide& side);
  void notify(const std::string& notice) const;
  void look_for_vouched(Need& need) const;
  void note_publications(Need& need) const;

  const JudgePorts& m_ports;
  const Identity& m_identity;
  const JudgeTerms& m_terms;
  VerdictTrusts& m_trusts;
  Judgement& m_judgement;
};

} // namespace gate
