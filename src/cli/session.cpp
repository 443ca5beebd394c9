#include "cli/session.hpp"

#include <algorithm>

#include <sys/utsname.h>

#include "cli/build_id.hpp"
#include "cli/child_environment.hpp"
#include "cli/consent.hpp"
#include "cli/wiring.hpp"
#include "git/checkout.hpp"

namespace gate {

namespace {

// OCI image-spec, config.md: GOARCH names.
std::string architecture(const std::string& machine) {
  if (machine == "x86_64") {
    return "amd64";
  }
  return machine == "aarch64" ? "arm64" : machine;
}

Conclusion reused(Judgement judgement) {
  Conclusion conclusion{std::move(judgement), {}};
  for (const auto& need : conclusion.judgement.needs) {
    conclusion.suites.push_back({need, true, {}, {}, {}});
  }
  return conclusion;
}

} // namespace

Identity own_identity() {
  utsname name{};
  uname(&name);
  return {k_version, "linux/" + architecture(name.machine)};
}

Session::Session(std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources)
    : m_repository(std::move(repository)), m_sources(std::move(sources)), m_commits(commits_of_push(*m_repository, RemoteRefs::tracking)),
      m_folder(m_repository->common_dir()), m_verdicts(m_folder.verdicts()) {}

Result<Session> Session::open(const Invocation& invocation) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  if (failed) {
    return could_not_run("the current folder is gone: " + failed.message(), "change into the repository");
  }
  auto repository = open_repository(child_environment(invocation.env), here);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  return Session(*std::move(repository), wire_policy_sources(invocation));
}

Result<Judgement> Session::judge(const Push& push, const JudgeTerms& terms) {
  return gate::judge(push, {*m_repository, *m_commits, *m_sources, m_verdicts}, own_identity(), terms);
}

Result<Conclusion> Session::check(const Push& push, const JudgeTerms& terms, const Invocation& invocation,
                                  const std::optional<std::string>& stdin_text, const Terminal& terminal) {
  auto judgement = judge(push, terms);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  if (judgement->denied() || judgement->nothing_to_run()) {
    return reused(*std::move(judgement));
  }
  if (auto complete = ensure_all_adapters(invocation, stdin_text); !complete) {
    return tl::unexpected(complete.error());
  }
  const Interrupt interrupt;
  return run(*std::move(judgement), invocation, interrupt, terminal);
}

Result<Conclusion> Session::run(Judgement judgement, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal) {
  if (judgement.denied() || judgement.nothing_to_run()) {
    return reused(std::move(judgement));
  }
  if (auto agreed = Consent(*m_repository, *m_sources, invocation).to_run(judgement.needs, m_admitted, interrupt, terminal); !agreed) {
    return tl::unexpected(agreed.error());
  }
  auto runner = wire_suite_runner(invocation, interrupt);
  if (!runner) {
    return tl::unexpected(runner.error());
  }
  const auto checkout = checkout_of(*m_repository);
  TerminalProgress progress(terminal);
  auto conclusion =
      run_suites(std::move(judgement), {*checkout, **runner, m_verdicts, m_folder, progress}, own_identity(), m_folder.repository_id());
  if (const auto left = m_folder.discard_folder()) {
    conclusion.judgement.notices.push_back("a container wrote files that only root can remove: sudo rm -rf " + left->string());
  }
  return conclusion;
}

ExitCode exit_code_of(const Conclusion& conclusion) {
  if (!conclusion.judgement.problems.empty()) {
    return ExitCode::usage;
  }
  if (!conclusion.judgement.violations.empty()) {
    return ExitCode::refused;
  }
  ExitCode code = ExitCode::allowed;
  for (const auto& suite : conclusion.suites) {
    const ExitCode own = suite.error ? exit_code_of(suite.error->kind) : suite.passed() ? ExitCode::allowed : ExitCode::refused;
    // A failed suite is surer knowledge than one that could not run; an interrupt ends all.
    const bool outranks = own == ExitCode::interrupted || code == ExitCode::allowed || (own == ExitCode::refused && code != ExitCode::interrupted);
    code = outranks && own != ExitCode::allowed ? own : code;
  }
  return code == ExitCode::allowed && !conclusion.allowed() ? ExitCode::could_not_run : code;
}

} // namespace gate
