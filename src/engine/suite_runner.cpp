#include "engine/suite_runner.hpp"

#include <optional>
#include <utility>

#include "base/duration.hpp"
#include "engine/endpoint.hpp"
#include "engine/suite_session.hpp"
#include "engine/sweep.hpp"
#include "engine/watchdog.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_sweep_limit{20};
constexpr std::chrono::seconds k_cleanup_limit{30};

// The clean-up heeds no interrupt: it is what an interrupt asks for.
Patience cleanup_patience() {
  return {std::chrono::steady_clock::now() + k_cleanup_limit, nullptr, {}};
}

/// Removes all that the run has made, on whatever way it ends.
class Cleanup {
public:
  Cleanup(SuiteSession& session, Watchdog watchdog) : m_session(session), m_watchdog(std::move(watchdog)) {}
  ~Cleanup() {
    if (!m_done) {
      static_cast<void>(finish(true));
    }
  }
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;

  /// The suite has passed on this image: `finish` keeps it, if the request says so.
  void keep_tested(const std::string& image_id) { m_tested = image_id; }
  /// `cut`: something may have been killed while it was creating containers.
  Result<void> finish(bool cut);

private:
  void keep_images();
  Result<void> keep_tested_image();

  SuiteSession& m_session;
  Watchdog m_watchdog;
  std::optional<std::string> m_tested;
  bool m_done = false;
};

// Of the images that a publication may go out with, only the newest: one that is armed has a name of its own.
Result<void> Cleanup::keep_tested_image() {
  constexpr std::size_t k_newest = 5;
  const std::string& name = m_session.keep_as();
  Result<void> kept = keep_by_name(m_session.api(), name, *m_tested, cleanup_patience());
  return kept ? keep_newest(m_session.api(), name.substr(0, name.rfind(':')), k_newest, cleanup_patience()) : kept;
}

// A build cache that could not be kept makes the next run slower; what this one has seen stands.
// Likewise a tested image: who wants to publish it finds out that it is not there.
void Cleanup::keep_images() {
  if (m_tested && !m_session.keep_as().empty()) {
    if (const Result<void> kept = keep_tested_image(); !kept) {
      m_session.log().append_aside("==> the tested image was not kept as " + m_session.keep_as() + ": " +
                                   kept.error().message + "\n");
    }
  }
  for (const BuiltImage& image : m_session.built()) {
    const std::string repository =
        cache_repository(m_session.repository_id(), m_session.suite().name, image.name);
    if (const Result<void> kept =
            keep_as_cache(m_session.api(), repository, image, m_session.began(), cleanup_patience());
        !kept) {
      m_session.log().append_aside("==> no build cache was kept: " + kept.error().message + "\n");
    }
  }
}

Result<void> Cleanup::finish(bool cut) {
  m_done = true;
  // An Engine that does not answer now is the watchdog's: nobody should wait for it at a prompt.
  if (Result<void> hello = m_session.api().connect(cleanup_patience()); !hello) {
    return hello;
  }
  Result<void> removed = remove_run(m_session.api(), m_session.owner().run, cut, cleanup_patience());
  if (!removed) {
    return removed;
  }
  // The names that stay first: an image that loses its last name is gone.
  keep_images();
  removed = remove_image_names(m_session.api(), m_session.owner().run, cleanup_patience());
  if (removed) {
    m_watchdog.stand_down();
  }
  return removed;
}

class EngineSuiteRunner : public SuiteRunner {
public:
  EngineSuiteRunner(Environment env, std::string socket_path, const Interrupt& interrupt)
      : m_env(std::move(env)), m_socket(std::move(socket_path)), m_interrupt(interrupt) {}

  Result<SuiteRun> run(const SuiteRequest& request, Progress& progress) override;

private:
  Result<SuiteRun> run_in(SuiteSession& session) const;

  Environment m_env;
  std::string m_socket;
  const Interrupt& m_interrupt;
};

Result<SuiteRun> dispatch(SuiteSession& session) {
  if (const auto* const compose = std::get_if<ComposeSource>(&session.suite().source)) {
    return run_compose_suite(session, *compose);
  }
  return run_build_suite(session, std::get<BuildSource>(session.suite().source));
}

SuiteRun timed_out_run(const Suite& suite) {
  SuiteRun run;
  run.outcome = SuiteRun::Outcome::timed_out;
  run.reason =
      "suite \"" + suite.name + "\" did not end within its timeout of " + format_duration(suite.timeout);
  run.remedy = "raise the suite's timeout, or see in the log what it waits for";
  return run;
}

// After the deadline every wait ends in an error of its own; what counts is that time was up, if the Engine
// still lives.
Result<SuiteRun> settled(Result<SuiteRun> result, const SuiteSession& session) {
  if (result || result.error().kind == ErrorKind::interrupted || !session.is_timed_out()) {
    return result;
  }
  if (const Result<void> answer = session.api().connect(cleanup_patience()); !answer) {
    return Failure(answer.error());
  }
  return timed_out_run(session.suite());
}

Result<SuiteRun> EngineSuiteRunner::run_in(SuiteSession& session) const {
  if (const Result<void> hello = session.api().connect(at_most(session.patience(), k_sweep_limit)); !hello) {
    return Failure(hello.error());
  }
  if (const Result<void> swept = sweep_dead_runs(session.api(), at_most(session.patience(), k_sweep_limit));
      !swept) {
    return Failure(swept.error());
  }
  Result<Watchdog> watchdog = Watchdog::start(m_socket, session.owner().run);
  if (!watchdog) {
    return Failure(watchdog.error());
  }
  Cleanup cleanup(session, std::move(*watchdog));
  Result<SuiteRun> result = settled(dispatch(session), session);
  if (result && result->outcome == SuiteRun::Outcome::passed) {
    cleanup.keep_tested(result->image_id);
  }
  const bool cut = !result || result->outcome == SuiteRun::Outcome::timed_out;
  const Result<void> removed = cleanup.finish(cut);
  if (result && !removed) {
    return Failure(removed.error());
  }
  if (result && !session.log().written()) {
    return Failure(session.log().written().error());
  }
  return result;
}

Result<SuiteRun> EngineSuiteRunner::run(const SuiteRequest& request, Progress& progress) {
  Result<RunLog> log = RunLog::open(request.log);
  if (!log) {
    return Failure(log.error());
  }
  const Result<TemporaryFolder> scratch = TemporaryFolder::make(request.tree.parent_path(), "suite-");
  if (!scratch) {
    return Failure(scratch.error());
  }
  EngineApi api(m_socket);
  SuiteSession session(
      {request, progress, m_interrupt, api, m_socket, m_env, RunOwner::make(), scratch->path()}, *log);
  Result<SuiteRun> result = run_in(session);
  if (result) {
    result->tail = log->tail();
    result->duration = session.elapsed();
  }
  return result;
}

} // namespace

Result<std::unique_ptr<SuiteRunner>> make_suite_runner(Environment env, const Interrupt& interrupt) {
  Result<std::string> socket = find_socket(env, interrupt);
  if (!socket) {
    return Failure(socket.error());
  }
  return std::make_unique<EngineSuiteRunner>(std::move(env), std::move(*socket), interrupt);
}

} // namespace gate
