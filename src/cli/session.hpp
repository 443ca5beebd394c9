// The judgement of a push, from a repository and a terminal to a conclusion.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "attest/verdict_files.hpp"
#include "cli/invocation.hpp"
#include "cli/policy_sources.hpp"
#include "cli/terminal.hpp"
#include "cli/workspace.hpp"
#include "git/commit_facts.hpp"
#include "git/repository.hpp"
#include "os/interrupt.hpp"

namespace gate {

/// This gate's version, and the platform of this machine in OCI's words ("linux/amd64").
Identity own_identity();

/// One repository, opened.
class Session {
public:
  /// The invocation must outlive it.
  static Result<Session> open(const Invocation& invocation);

  OpenRepository& repository() { return *m_repository; }
  GateFolder& folder() { return m_folder; }
  VerdictFiles& verdicts() { return m_verdicts; }
  PolicySources& sources() { return *m_sources; }

  /// Judges a push of this repository, by its rules and by which verdicts are there; nothing is run. In CI an authority asks, whatever the
  /// terms say. `interrupt` is the one that there is already, if there is one.
  Result<Judgement> judge(const Push& push, const JudgeTerms& terms = {}, const Interrupt* interrupt = nullptr);

  /// Whether verdicts of others are fetched before anything is run, where a policy says `share`. Hooks never do. What is to be sent afterwards,
  /// send_verdicts() sends (cli/sharing.hpp).
  enum class Verdicts { as_they_are_here, fetched_first };

  /// Judges, and runs what has no verdict; `progress` is where a running line goes. `stdin_text` is what was read from
  /// standard input, for a program that must begin anew; one that fetches does so even if there is nothing to run.
  Result<Conclusion> check(const Push& push, const JudgeTerms& terms, const Invocation& invocation, const std::optional<std::string>& stdin_text,
                           const Terminal& progress, Verdicts verdicts = Verdicts::as_they_are_here);

  /// A surface that is agreed to for this session, by its digest.
  void admit(const Digest& surface) { m_admitted = surface; }

  /// Fills in what others vouch for: of the notes here, after those of `remote` were fetched, if one is named. What goes wrong is said by
  /// `progress`, or is a notice; an error is an interrupt. Only after ensure_all_adapters.
  Result<void> ask_others(Judgement& judgement, const std::optional<std::string>& remote, const Interrupt& interrupt, const Terminal& progress);

  /// The second half of it: runs what the judgement needs and nobody here vouches for, if that was agreed to. Only after ensure_all_adapters.
  Result<Conclusion> run(Judgement judgement, const Invocation& invocation, const Interrupt& interrupt, const Terminal& progress);
  /// The same, shown by `progress`, whose lines are left; `begun` is called once there may be threads, if anything is run at all.
  Result<Conclusion> run(Judgement judgement, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal,
                         TerminalProgress& progress, std::function<void()> begun);

  /// The variables that hold secrets, as far as the policies name them that were read so far.
  const std::vector<std::string>& secret_variables() const { return m_secret_variables; }

private:
  Session(std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources, const Invocation& invocation);
  Variables variables() const;
  Asker asker() const;

  const Invocation* m_invocation;
  std::unique_ptr<OpenRepository> m_repository;
  std::unique_ptr<PolicySources> m_sources;
  std::unique_ptr<Commits> m_commits;
  GateFolder m_folder;
  VerdictFiles m_verdicts;
  std::optional<Digest> m_admitted;
  std::vector<std::string> m_secret_variables;
};

/// 0 allowed; 2 a policy file; 1 a rule or a suite; 3 a suite could not run; 130.
ExitCode exit_code_of(const Conclusion& conclusion);

} // namespace gate
