// Before anything of a repository's is run or published on this machine: has somebody here agreed to it?
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "app/trust.hpp"
#include "attest/trust_files.hpp"
#include "cli/invocation.hpp"
#include "cli/terminal.hpp"
#include "git/repository.hpp"
#include "os/interrupt.hpp"

namespace gate {

/// Where what was agreed to is kept. An error where there is no home folder.
Result<TrustFiles> trust_files(const OpenRepository& repository, const Invocation& invocation);

/// One repository's. In CI nothing is kept: there the protected side's surface is trusted, and what is passed as `admitted`.
class Consent {
public:
  /// `sources` are for policies that extend others.
  Consent(OpenRepository& repository, PolicySources& sources, const Invocation& invocation);

  /// What the policy of this commit (or tree) would run on its tree, and publish. Nothing when it has no policy; a broken one is an error
  /// of kind policy.
  Result<std::optional<SurfaceReading>> surface_at(const Oid& commit);
  /// What these suites would run.
  Result<SurfaceReading> surface_of(const std::vector<Need>& needs);

  /// Nothing when all was agreed to before. Else the new lines are shown and asked about, or where nobody can be asked it is an error
  /// with the command that agrees. `admitted` is a surface that was agreed to by its digest.
  Result<void> to_run(const std::vector<Need>& needs, const std::optional<Digest>& admitted, const Interrupt& interrupt, const Terminal& err);
  Result<void> to_publish(const SurfaceReading& wanted, const Interrupt& interrupt, const Terminal& err);

  Result<TrustFiles> files() const { return trust_files(m_repository, m_invocation); }

private:
  Result<SurfaceReading> reading_of(const Need& need);
  Result<void> demand(const SurfaceReading& wanted, const Interrupt& interrupt, const Terminal& err);
  Result<void> in_ci(const std::vector<Need>& needs, const std::optional<Digest>& admitted, const Terminal& err);
  TreeReader reader_of(const Oid& commit);

  OpenRepository& m_repository;
  PolicySources& m_sources;
  const Invocation& m_invocation;
  std::unique_ptr<SuiteSurface> m_suites;
};

/// A line each, indented, made fit for a terminal.
std::string shown(const std::vector<SurfaceLine>& lines);

} // namespace gate
