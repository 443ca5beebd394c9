// Which suites must have passed for an update, and which of them have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "app/update_facts.hpp"

namespace gate {

/// Adds to a judgement what one admitted update needs.
class SuiteFinder {
public:
  SuiteFinder(const JudgePorts& ports, const Identity& identity, const JudgeTerms& terms, Judgement& judgement)
      : m_ports(ports), m_identity(identity), m_terms(terms), m_judgement(judgement) {}

  /// A protected ref is satisfied by the protected side's suites; elsewhere people must be able to change their tests. What
  /// changes a protected ref's policy passes both. `own` is the pushed commit's policy, if it has one. Gives the problems
  /// of that policy's rules; an error means that something could not be read.
  Result<std::vector<Diagnostic>> require(const JudgedUpdate& judged, const Policy* own, bool is_policy_change, const std::optional<std::string>& remote);

private:
  std::vector<std::string> required_suites(const RefRules& rules, const Policy& source) const;
  Result<void> require_from(const Policy* source, const RefRules& rules, const JudgedUpdate& judged);
  Result<void> require_one(const std::string& name, const Policy& source, const RefRules& rules, const JudgedUpdate& judged);
  bool may_skip(const RefRules& rules, const std::string& name) const;
  Result<std::optional<std::string>> missing_path(const Suite& suite, const Oid& tree) const;
  Result<void> need(Suite suite, const JudgedUpdate& judged);
  Result<Need> fresh_need(Suite suite, const JudgedUpdate& judged);
  void note_publications(Need& need) const;

  const JudgePorts& m_ports;
  const Identity& m_identity;
  const JudgeTerms& m_terms;
  Judgement& m_judgement;
};

} // namespace gate
