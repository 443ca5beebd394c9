// One push that arrives in a repository that receives.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/judge.hpp"
#include "cli/invocation.hpp"
#include "git/repository.hpp"

namespace gate {

/// What the branches that a push moves belong to: rules for some remotes hold where they do for those who push; see own_side.hpp.
inline constexpr const char* k_received_remote = "origin";

class Reception {
public:
  enum class Moment { before, after }; ///< the refs have moved

  /// `input` is the hook's standard input (parse_received_updates). The invocation must outlive it.
  static Result<Reception> open(const Invocation& invocation, const std::string& input, Moment moment);

  /// By the rules of this repository's own branches. What [verdicts] of their policy asks for is a need; it has a verdict where one that holds
  /// was verified before.
  Result<Judgement> judge();

  /// Looks for the verdicts that the judgement's needs lack: in the notes of this repository, and where the push brings some, in those instead. What is not
  /// there becomes a violation; no need is left. Only after ensure_all_adapters.
  Result<void> demand(Judgement& judgement);

  OpenRepository& repository() { return *m_repository; }
  const Push& push() const { return m_push; }
  const std::optional<BypassRequest>& bypass() const { return m_bypass; }

private:
  Reception(const Invocation& invocation, std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources,
            std::optional<BypassRequest> bypass);
  Result<void> find_real_refs(Moment moment);
  Result<RefName> real_name(const RefName& ref) const;

  const Invocation* m_invocation;
  std::unique_ptr<OpenRepository> m_repository;
  std::unique_ptr<PolicySources> m_sources;
  std::optional<BypassRequest> m_bypass;
  Push m_push;
};

} // namespace gate
