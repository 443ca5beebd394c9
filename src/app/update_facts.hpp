// Gathers what the rules of one update ask for, and no more.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/policies.hpp"
#include "policy/facts.hpp"
#include "ports.hpp"

namespace gate {

/// What is known of an update before its facts are gathered.
struct JudgedUpdate {
  const RefUpdate& update;
  const Peeled& object;       ///< what would be pushed
  const RefRules& rules;
  const ProtectedSide& side;  ///< whose policy judges
};

/// The facts of the updates of one push: a commit that two updates with the same rules bring is a fact of the first one only, in the order in
/// which they are expected. That is to be the order of their ref names, so that the order of the push says nothing.
class FactFinder {
public:
  FactFinder(Repository& repository, Commits& commits, PolicySources& sources, const Push& push, std::optional<std::string> remote)
      : m_repository(repository), m_commits(commits), m_sources(sources), m_push(push), m_remote(std::move(remote)) {}

  /// Tells of an update whose facts will be asked for. All of them before the first.
  void expect(const JudgedUpdate& judged);
  /// All but `histories` and `policy_change`.
  Result<UpdateFacts> gather(const JudgedUpdate& judged);
  /// What tells who changed the policy: of all commits that the ref gains, also those that other refs of the remote have already.
  Result<UpdateFacts> gather_policy_change(const JudgedUpdate& judged);

private:
  struct Needs;
  /// Updates that are held to the same rules, by the same signers.
  using Kind = std::pair<std::vector<const Block*>, std::optional<Oid>>;
  static Kind kind_of(const JudgedUpdate& judged) { return {judged.rules.blocks, judged.side.commit}; }
  Result<const std::vector<Oid>*> known();
  Result<void> walk(const Kind& kind);
  Result<void> mark_dressed_up(UpdateFacts& facts);
  Result<void> find_files(const Needs& needs, UpdateFacts& facts);
  Result<void> find_secrets_in(const ChangedFile& file, UpdateFacts& facts);
  Result<void> remake_merges(UpdateFacts& facts);
  Result<void> find_signatures(const JudgedUpdate& judged, const Needs& needs, UpdateFacts& facts);
  Result<std::vector<std::string>> signers_of(const JudgedUpdate& judged, UpdateFacts& facts);

  Repository& m_repository;
  Commits& m_commits;
  PolicySources& m_sources;
  const Push& m_push;
  std::optional<std::string> m_remote;
  std::optional<std::vector<Oid>> m_known; ///< what the remote has
  std::map<Kind, std::vector<Oid>> m_expected;                          ///< tips
  std::map<Kind, std::map<Oid, std::vector<NewCommit>>> m_brought;      ///< by tip
  std::map<Oid, std::vector<FoundSecret>> m_looked_through; ///< by blob; without commit and path
};

} // namespace gate
