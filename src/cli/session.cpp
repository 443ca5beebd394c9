#include "cli/session.hpp"

#include <algorithm>
#include <deque>
#include <fstream>
#include <numeric>

#include <sys/utsname.h>

#include "cli/build_id.hpp"
#include "cli/child_environment.hpp"
#include "cli/ci_event.hpp"
#include "cli/consent.hpp"
#include "cli/engine_images.hpp"
#include "cli/secret_variables.hpp"
#include "cli/shared_verdicts.hpp"
#include "cli/sharing.hpp"
#include "cli/turns.hpp"
#include "cli/wiring.hpp"
#include "git/checkout.hpp"
#include "report/run_text.hpp"

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

// A history that can't be had keeps nobody from a push; that it can't is said with each run.
class NoHistory final : public RunHistory {
public:
  explicit NoHistory(Error error) : m_error(std::move(error)) {}
  Result<std::string> add(const RunRecord&) override { return tl::unexpected(m_error); }
  std::optional<std::chrono::milliseconds> usual_duration(const std::string&) override { return std::nullopt; }
  Result<std::vector<RunRecord>> newest(std::size_t) override { return tl::unexpected(m_error); }
  Result<std::optional<RunRecord>> find(const std::string&) override { return tl::unexpected(m_error); }

private:
  Error m_error;
};

std::unique_ptr<RunHistory> history_at(const std::filesystem::path& file) {
  auto history = wire_run_history(file);
  return history ? *std::move(history) : std::make_unique<NoHistory>(history.error());
}

// In CI nobody comes after; elsewhere nobody waits for the removal of a large tree.
FolderRemoval removal_for(const Environment& env) {
  FolderRemoval removal;
  removal.rm = is_in_ci(env) ? "" : find_program("rm", env).value_or("");
  return removal;
}

// The last lines of the log, if it has any.
std::string tail_of(const std::filesystem::path& log) {
  constexpr std::streamoff k_bytes = 4096;
  constexpr std::size_t k_lines = 20;
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  file.seekg(std::max<std::streamoff>(size - k_bytes, 0));
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(std::move(line));
    if (lines.size() > k_lines) {
      lines.pop_front();
    }
  }
  if (size > k_bytes && lines.size() < k_lines && lines.size() > 1) {
    lines.pop_front(); // it may have been cut
  }
  return std::accumulate(lines.begin(), lines.end(), std::string(), [](std::string text, const std::string& line) { return std::move(text) + line + "\n"; });
}

// Why a suite could not run may be said in its log only: by docker, when it pulls or builds. An interrupt needs no log.
void show_logs_of_errors(std::vector<SuiteResult>& suites) {
  for (auto& result : suites) {
    if (!result.error || result.run.outcome == SuiteRun::Outcome::passed || result.logs.empty()) {
      continue;
    }
    result.run.tail = result.error->kind == ErrorKind::interrupted ? "" : tail_of(result.logs.front());
    if (result.run.tail.empty()) {
      result.logs.clear();
    }
  }
}

void note_secret(const std::string& variable, std::vector<std::string>& secrets) {
  if (!variable.empty() && std::find(secrets.begin(), secrets.end(), variable) == secrets.end()) {
    secrets.push_back(variable);
  }
}

void note_secrets(const std::vector<PublishRule>& rules, std::vector<std::string>& secrets) {
  for (const auto& rule : rules) {
    note_secret(rule.webhook, secrets);
    if (const auto* trigger = std::get_if<BuildTrigger>(&rule.what)) {
      note_secret(trigger->variable, secrets);
    }
  }
}

} // namespace

Identity own_identity() {
  utsname name{};
  uname(&name);
  return {k_version, "linux/" + architecture(name.machine)};
}

Session::Session(std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources, const Invocation& invocation)
    : m_invocation(&invocation), m_repository(std::move(repository)), m_sources(std::move(sources)),
      m_commits(commits_of_push(*m_repository, RemoteRefs::tracking)), m_folder(m_repository->common_dir()), m_verdicts(m_folder.verdicts()) {}

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
  // Few machines have one of these variables; what is started later does not get it.
  auto secrets = secret_variables_of_head(**repository);
  const auto env = child_environment(invocation.env, secrets);
  if (env.size() != child_environment(invocation.env).size()) {
    repository = open_repository(env, here);
    if (!repository) {
      return tl::unexpected(repository.error());
    }
  }
  Session session(*std::move(repository), wire_policy_sources(invocation), invocation);
  session.m_secret_variables = std::move(secrets);
  return session;
}

Variables Session::variables() const {
  return [invocation = m_invocation](const std::string& name) { return value_of(invocation->env, name); };
}

// What CI lets through or publishes counts for everybody.
Asker Session::asker() const { return is_in_ci(m_invocation->env) ? Asker::authority : Asker::client; }

Result<Judgement> Session::judge(const Push& push, const JudgeTerms& terms, const Interrupt* interrupt) {
  EngineImages images(*m_invocation, interrupt);
  JudgeTerms own = terms;
  own.asker = own.asker == Asker::authority ? own.asker : asker();
  auto judgement = gate::judge(push, {*m_repository, *m_commits, *m_sources, m_verdicts, variables(), &images}, own_identity(), own);
  if (judgement) {
    const std::size_t known = m_secret_variables.size();
    note_secrets(judgement->publish_rules, m_secret_variables);
    note_secrets(judgement->own_publish_rules, m_secret_variables);
    if (m_secret_variables.size() != known) {
      SeenVariables(m_repository->common_dir()).remember(m_secret_variables);
    }
  }
  return judgement;
}

Result<Conclusion> Session::check(const Push& push, const JudgeTerms& terms, const Invocation& invocation,
                                  const std::optional<std::string>& stdin_text, const Terminal& terminal, Verdicts verdicts) {
  auto judgement = judge(push, terms);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  const bool fetches = verdicts == Verdicts::fetched_first && judgement->shares_verdicts;
  if (judgement->denied() || (judgement->nothing_to_run() && !fetches)) {
    return reused(*std::move(judgement));
  }
  if (auto complete = ensure_all_adapters(invocation, stdin_text); !complete) {
    return tl::unexpected(complete.error());
  }
  const Interrupt interrupt;
  if (fetches) {
    if (auto asked = ask_others(*judgement, push.remote, interrupt, terminal); !asked) {
      return tl::unexpected(asked.error());
    }
  }
  return run(*std::move(judgement), invocation, interrupt, terminal);
}

Result<void> Session::ask_others(Judgement& judgement, const std::optional<std::string>& remote, const Interrupt& interrupt, const Terminal& terminal) {
  const auto is_open = [](const Need& need) { return !need.verdict && !need.lost_image && need.may_be_vouched_for(); };
  if (std::none_of(judgement.needs.begin(), judgement.needs.end(), is_open)) {
    return {};
  }
  auto sharing = Sharing::open(*this, *m_invocation, interrupt, terminal, Sharing::Key::none);
  if (!sharing) {
    judgement.notices.push_back("verdicts of others were not looked at: " + sharing.error().message);
    return interrupt.raised() ? interrupted() : Result<void>();
  }
  if (remote) {
    sharing->bring(judgement, *remote);
  }
  for (auto& notice : doubt_notices(sharing->look_up(judgement, asker()))) {
    if (std::find(judgement.notices.begin(), judgement.notices.end(), notice) == judgement.notices.end()) {
      judgement.notices.push_back(std::move(notice));
    }
  }
  return interrupt.raised() ? interrupted() : Result<void>();
}

Result<Conclusion> Session::run(Judgement judgement, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal) {
  TerminalProgress progress(terminal);
  return run(std::move(judgement), invocation, interrupt, terminal, progress, {});
}

Result<Conclusion> Session::run(Judgement judgement, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal,
                                TerminalProgress& progress, std::function<void()> begun) {
  if (judgement.denied() || judgement.nothing_to_run()) {
    return reused(std::move(judgement));
  }
  keep_key_from_children(invocation.env);
  if (auto asked = ask_others(judgement, std::nullopt, interrupt, terminal); !asked) {
    return tl::unexpected(asked.error());
  }
  if (judgement.nothing_to_run()) {
    return reused(std::move(judgement));
  }
  if (auto agreed = Consent(*m_repository, *m_sources, invocation).to_run(judgement.needs, m_admitted, interrupt, terminal); !agreed) {
    return tl::unexpected(agreed.error());
  }
  auto runner = wire_suite_runner(invocation, m_folder.cache(), interrupt);
  if (!runner) {
    return tl::unexpected(runner.error());
  }
  m_folder.remove_by(removal_for(invocation.env));
  const auto checkout = checkout_of(*m_repository);
  FileTurns turns(m_folder.locks(), interrupt);
  const auto history = history_at(m_folder.history());
  EngineImages images(invocation, &interrupt);
  auto conclusion = run_suites(std::move(judgement), {*checkout, **runner, m_verdicts, m_folder, progress, *m_repository, turns, *history, variables(), &images,
                                std::move(begun)},
                               own_identity(), m_folder.repository_id());
  show_logs_of_errors(conclusion.suites);
  constexpr std::size_t k_recent = 200; // of all suites
  if (const auto recent = history->newest(k_recent)) {
    for (const auto& said : flaky_lately(conclusion.suites, *recent)) {
      conclusion.judgement.notices.push_back(said);
    }
  }
  for (const auto& left : m_folder.leftovers()) {
    conclusion.judgement.notices.push_back("a container wrote files that only root can remove: sudo rm -rf " + left.string());
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
    if (suite.stopped) {
      continue; // what stopped it tells
    }
    const ExitCode own = suite.error ? exit_code_of(suite.error->kind) : suite.passed() ? ExitCode::allowed : ExitCode::refused;
    // A failed suite is surer knowledge than one that could not run; an interrupt ends all.
    const bool outranks = own == ExitCode::interrupted || code == ExitCode::allowed || (own == ExitCode::refused && code != ExitCode::interrupted);
    code = outranks && own != ExitCode::allowed ? own : code;
  }
  return code == ExitCode::allowed && !conclusion.allowed() ? ExitCode::could_not_run : code;
}

} // namespace gate
