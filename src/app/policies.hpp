// Which policy judges a ref: the protected side's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "policy/parse.hpp"
#include "ports.hpp"

namespace gate {

inline constexpr std::string_view k_policy_file = "gate.toml";

/// A policy as one commit has it. Places in it read "<brief oid>:gate.toml:3:7", as git names a file of a commit.
struct CommitPolicy {
  std::optional<Policy> policy;     ///< nothing: there is no file, or it has problems
  std::vector<Diagnostic> problems; ///< empty when there is no file
  bool needs_newer_gate = false;
};

/// The policy that judges a ref, and what to tell about it.
struct ProtectedSide {
  const Policy* policy = nullptr; ///< none: protection is not in force
  std::string notice;
  bool is_unknown = false; ///< there may be one, but nothing of the remote's side is here
};

/// Reads policies from commits; each text is parsed once, and its places name the commit that it was first met in.
class Policies {
public:
  Policies(Repository& repository, std::string version) : m_repository(repository), m_version(std::move(version)) {}

  Result<const CommitPolicy*> at(const Oid& commit);

  /// The policy at the ref's tip on the protected side (`tip`; nothing when the ref is new or
  /// nothing of it is here), else on the policy branch. `pushed` is the pushed commit, if there is
  /// one: when the remote's HEAD is not known here, its policy names the policy branch.
  /// A policy that no longer parses gives way to the newest one on the first-parent line that does.
  Result<ProtectedSide> judging(const std::optional<Oid>& tip, const std::optional<std::string>& remote, const std::optional<Oid>& pushed);

private:
  std::shared_ptr<CommitPolicy> parsed(const std::string& text, const Oid& commit);
  Result<ProtectedSide> newest_readable(const Oid& tip, const std::string& where);
  Result<std::vector<RefName>> policy_branches(const std::string& remote, const std::optional<Oid>& pushed);
  Result<ProtectedSide> nothing_judges(const std::string& remote);
  Result<ProtectedSide> judging_branch(const std::string& remote, const RefName& branch);
  Result<std::optional<RefName>> branch_named_by(const std::optional<Oid>& pushed);

  Repository& m_repository;
  std::string m_version;
  std::map<Oid, std::shared_ptr<CommitPolicy>> m_read;
  std::map<std::string, std::shared_ptr<CommitPolicy>> m_parsed; ///< by text
};

} // namespace gate
