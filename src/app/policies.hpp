// Which policy judges a ref: the protected side's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/layering.hpp"
#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "ports.hpp"

namespace gate {

inline constexpr std::string_view k_policy_file = "gate.toml";

/// A policy as one commit has it, with all its layers. Places in it read "<brief oid>:gate.toml:3:7", as git names a file of a commit.
struct CommitPolicy {
  std::optional<Policy> policy;     ///< nothing: there is no file, or it has problems
  std::vector<Diagnostic> problems; ///< empty when there is no file
  std::optional<std::string> text;  ///< of the file; nothing: there is none, or it can't be read
  bool needs_newer_gate = false;
};

/// The policy that judges a ref, and what to tell about it.
struct ProtectedSide {
  const Policy* policy = nullptr; ///< none: protection is not in force
  std::string notice;
  bool is_unknown = false; ///< there may be one, but nothing of the remote's side is here
  std::optional<Oid> commit;   ///< that the policy was read from
  bool has_gone = false;       ///< the ref's tip has no policy any more; `policy` is the newest that it had
};

/// Reads policies from commits; each text is parsed once, and its places name the commit that it was first met in.
class Policies {
public:
  Policies(Repository& repository, PolicySources& sources, std::string version)
      : m_repository(repository), m_sources(sources), m_version(std::move(version)) {}

  Result<const CommitPolicy*> at(const Oid& commit);

  /// The policy at the ref's tip on the protected side (`tip`; nothing when the ref is new or
  /// nothing of it is here), else on the policy branch. `pushed` is the pushed commit, if there is
  /// one: when the remote's HEAD is not known here, its policy names the policy branch.
  /// A policy that no longer parses gives way to the newest one on the first-parent line that does; so does one that
  /// is missing where there was one, if what judges instead would protect the ref (or nothing would). Tags are judged by the policy
  /// branch's, if it has one.
  Result<ProtectedSide> judging(const RefName& ref, const std::optional<Oid>& tip, const std::optional<std::string>& remote,
                                const std::optional<Oid>& pushed);

  /// `side`, or where its policy's blocks contradict each other for the ref (which got past gate): the newest policy on the first-parent
  /// line from there whose do not. `side` again where there is none. The rules are those for `remote`; nothing means any.
  Result<ProtectedSide> usable(ProtectedSide side, const RefName& ref, const std::optional<std::string>& remote);

  /// Where the policy of new refs may be, on this remote. A change of the policy there is a change for all of them.
  Result<std::vector<RefName>> policy_branches(const std::string& remote, const std::optional<Oid>& pushed);

private:
  Result<std::shared_ptr<CommitPolicy>> parsed(const std::string& text, const Oid& commit);
  Result<ProtectedSide> newest_readable(const Oid& tip, const std::string& where);
  Result<ProtectedSide> newest_ever(const Oid& tip) { return newest_that(tip, [](const Policy&) { return true; }); }
  Result<ProtectedSide> newest_that(const Oid& tip, const std::function<bool(const Policy&)>& is_wanted);
  Result<ProtectedSide> on_policy_branch(const std::optional<std::string>& remote, const std::optional<Oid>& pushed);
  Result<ProtectedSide> only_the_systems();
  Result<ProtectedSide> nothing_judges(const std::string& remote);
  Result<ProtectedSide> judging_branch(const std::string& remote, const RefName& branch);
  Result<std::optional<RefName>> branch_named_by(const std::optional<Oid>& pushed);

  Repository& m_repository;
  PolicySources& m_sources;
  std::string m_version;
  std::optional<Policy> m_systems; ///< where no file of the repository has a word
  std::map<Oid, std::shared_ptr<CommitPolicy>> m_read;
  std::map<std::string, std::shared_ptr<CommitPolicy>> m_parsed; ///< by text
};

} // namespace gate
