// gate land, from a repository and a terminal to a commit on the remote's branch.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/bypass.hpp"
#include "cli/invocation.hpp"
#include "cli/session.hpp"
#include "cli/terminal.hpp"
#include "git/land_merge.hpp"

namespace gate {

struct LandRequest {
  std::string branch;
  std::optional<std::string> into;
  std::string remote = "origin";
  std::optional<std::string> message;
  unsigned tries = 5;
  std::optional<BypassRequest> bypass;
};

/// What takes over a second is said.
class LandSteps {
public:
  explicit LandSteps(const Terminal& terminal) : m_progress(terminal) {}

  void begin(std::string what); ///< clean
  void tick();

private:
  TerminalProgress m_progress;
  std::string m_what;
  std::chrono::steady_clock::time_point m_began;
  bool m_is_shown = false;
};

/// A branch on its way onto one of a remote. Only after ensure_all_adapters; all must outlive it.
class Landing {
public:
  Landing(LandRequest request, const Invocation& invocation, const Terminal& out, const Terminal& err)
      : m_request(std::move(request)), m_invocation(invocation), m_out(out), m_err(err) {}

  /// To the end: it has landed, there is nothing to land (both 0), or why not, which was said.
  Result<ExitCode> run();

private:
  /// What is to land: the same commit in every try, whatever becomes of the branch meanwhile.
  struct Source {
    RefName branch;
    Oid commit;
    std::string name; ///< as people read it: "feature", "origin/feature"
    bool is_local = true;
  };

  /// What a try would push.
  struct Candidate {
    Oid old_tip;
    Oid commit;
  };
  /// With a code, this was the end of it.
  struct Prepared {
    std::optional<Candidate> candidate;
    ExitCode code = ExitCode::allowed;
  };
  enum class Arrival { arrived, moved, refused };

  Result<RefName> find_target(OpenRepository& repository) const;
  Result<void> fetch_both(OpenRepository& repository, const LandGit& git, LandSteps& steps);
  Result<void> fetch_target(const LandGit& git) const;
  Result<Oid> tip_there(OpenRepository& repository) const;
  Result<Prepared> prepare(Session& session);
  Result<Prepared> choose(const Oid& tip, Session& session, const LandGit& git, const Interrupt& interrupt);
  ExitCode tell_conflicts(const MergedTree& merged) const;
  Result<ExitCode> judge(const Candidate& candidate, Session& session);
  Result<CommandEnd> push(const Candidate& candidate, Session& session) const;
  Result<Arrival> look_after(const Candidate& candidate, Session& session);
  Result<ExitCode> landed(const Candidate& candidate, Session& session);
  Result<void> follow(const Candidate& candidate, Session& session) const;
  Result<void> arm(const Candidate& candidate, Session& session) const;
  void publish(const Candidate& candidate, Session& session) const;
  Push push_of_it(const Candidate& candidate) const;
  JudgeTerms terms() const;
  Environment environment(const Session& session) const;
  /// "master of origin"
  std::string where() const;

  LandRequest m_request;
  const Invocation& m_invocation;
  const Terminal& m_out;
  const Terminal& m_err;
  std::optional<RefName> m_target;
  std::optional<Source> m_source;
};

} // namespace gate
