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

constexpr std::chrono::seconds k_machine_limit{10};
constexpr std::chrono::seconds k_cleanup_limit{30};
constexpr std::chrono::seconds k_hurried_limit{2};

// The clean-up heeds no interrupt: it is what an interrupt asks for.
Patience cleanup_patience(std::chrono::seconds limit) {
  return {std::chrono::steady_clock::now() + limit, nullptr, {}};
}

/// What is done with all that the run has made, once its outcome is known.
class Ending {
public:
  Ending(SuiteSession& session, Watchdog& watchdog, const Result<SuiteRun>& result)
      : m_session(session), m_watchdog(watchdog), m_result(result) {}

  /// Leaves the removal to the watchdog.
  Result<void> hand_over() const;
  /// Removes it.
  Result<void> remove() const;

private:
  /// Something may have been killed while it was creating containers.
  bool was_cut() const { return !m_result || m_result->outcome == SuiteRun::Outcome::timed_out; }
  void keep_images(std::chrono::seconds limit) const;
  Result<void> keep_tested_images(std::chrono::seconds limit) const;

  SuiteSession& m_session;
  Watchdog& m_watchdog;
  const Result<SuiteRun>& m_result;
};

// Of the images that a publication may go out with, only the newest: one that is armed has a name of its own.
Result<void> Ending::keep_tested_images(std::chrono::seconds limit) const {
  constexpr std::size_t k_newest = 5;
  const std::string& name = m_session.keep_as();
  Result<void> kept = keep_by_name(m_session.api(), name, m_result->image_id, cleanup_patience(limit));
  for (auto image = m_result->images.begin(); kept && image != m_result->images.end(); ++image) {
    kept = keep_by_name(m_session.api(), kept_service_name(name, image->first), image->second, cleanup_patience(limit));
  }
  return kept ? keep_newest(m_session.api(), name.substr(0, name.rfind(':')), k_newest, cleanup_patience(limit)) : kept;
}

// A build cache that could not be kept makes the next run slower; what this one has seen stands.
// Likewise a tested image: who wants to publish it finds out that it is not there.
void Ending::keep_images(std::chrono::seconds limit) const {
  if (m_result && m_result->outcome == SuiteRun::Outcome::passed && !m_session.keep_as().empty()) {
    if (const Result<void> kept = keep_tested_images(limit); !kept) {
      m_session.log().append_aside("==> the tested image was not kept as " + m_session.keep_as() + ": " +
                                   kept.error().message + "\n");
    }
  }
  for (const BuiltImage& image : m_session.built()) {
    const std::string repository =
        cache_repository(m_session.repository_id(), m_session.suite().name, image.name);
    if (const Result<void> kept =
            keep_as_cache(m_session.api(), repository, image, m_session.began(), cleanup_patience(limit));
        !kept) {
      m_session.log().append_aside("==> no build cache was kept: " + kept.error().message + "\n");
    }
  }
}

// Only what nobody else can do later: the names that a publication or the next build asks for, and that the checkout can be removed.
Result<void> Ending::hand_over() const {
  const std::string& run = m_session.owner().run;
  const bool in_a_hurry = !m_result && m_result.error().kind == ErrorKind::interrupted;
  const std::chrono::seconds limit = in_a_hurry ? k_hurried_limit : k_cleanup_limit;
  // An Engine that does not answer now is the watchdog's: nobody should wait for it at a prompt.
  if (m_result || m_session.api().connect(cleanup_patience(limit))) {
    if (std::holds_alternative<ComposeSource>(m_session.suite().source)) {
      // Only a help: a checkout that can't be removed is told of.
      static_cast<void>(stop_writing(m_session.api(), run, cleanup_patience(limit)));
    }
    keep_images(limit);
  }
  return m_watchdog.hand_over(run, was_cut()) ? Result<void>() : remove();
}

Result<void> Ending::remove() const {
  const std::string& run = m_session.owner().run;
  if (Result<void> hello = m_session.api().connect(cleanup_patience(k_cleanup_limit)); !hello) {
    return hello;
  }
  Result<void> removed = remove_run(m_session.api(), run, was_cut(), cleanup_patience(k_cleanup_limit));
  if (!removed) {
    return removed;
  }
  // The names that stay first: an image that loses its last name is gone.
  keep_images(k_cleanup_limit);
  removed = remove_image_names(m_session.api(), run, cleanup_patience(k_cleanup_limit));
  if (removed) {
    m_watchdog.forget(run);
  }
  return removed;
}

class EngineSuiteRunner : public SuiteRunner {
public:
  EngineSuiteRunner(Environment env, std::filesystem::path cache, Endpoint endpoint, Removal removal, const Interrupt& interrupt)
      : m_env(std::move(env)), m_cache(std::move(cache)), m_endpoint(std::move(endpoint)), m_removal(removal),
        m_interrupt(interrupt) {}

  Result<EngineMachine> begin() override;
  Result<SuiteRun> run(const SuiteRequest& request, Progress& progress) override;

private:
  Result<SuiteRun> run_in(SuiteSession& session);

  Environment m_env;
  std::filesystem::path m_cache;
  Endpoint m_endpoint;
  Removal m_removal;
  const Interrupt& m_interrupt;
  EngineMachine m_machine;
  std::optional<Watchdog> m_watchdog; ///< from begin() on
};

Result<SuiteRun> dispatch(SuiteSession& session) {
  if (const auto* const compose = std::get_if<ComposeSource>(&session.suite().source)) {
    return run_compose_suite(session, *compose);
  }
  if (!session.keep_services().empty()) {
    return could_not_run("service \"" + session.keep_services().front() + "\" is to be published, but the suite \"" + session.suite().name +
                             "\" has no compose file",
                         "name the image of this suite itself in [publish]: to = \"…\"");
  }
  if (const auto* const image = std::get_if<ImageSource>(&session.suite().source)) {
    return run_image_suite(session, *image);
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
  if (const Result<void> answer = session.api().connect(cleanup_patience(k_cleanup_limit)); !answer) {
    return Failure(answer.error());
  }
  return timed_out_run(session.suite());
}

Result<EngineMachine> EngineSuiteRunner::begin() {
  EngineApi api(m_endpoint);
  const Patience patience = at_most({std::nullopt, &m_interrupt, {}}, k_machine_limit);
  if (const Result<void> hello = api.connect(patience); !hello) {
    return Failure(hello.error());
  }
  const Result<EngineMachine> machine = api.machine(patience);
  if (!machine) {
    return Failure(machine.error());
  }
  Result<Watchdog> watchdog = Watchdog::start(m_endpoint);
  if (!watchdog) {
    return Failure(watchdog.error());
  }
  m_watchdog.emplace(*std::move(watchdog));
  m_machine = *machine;
  return m_machine;
}

Result<SuiteRun> EngineSuiteRunner::run_in(SuiteSession& session) {
  if (const Result<void> hello = session.api().connect(session.patience()); !hello) {
    return Failure(hello.error());
  }
  if (const Result<void> watched = m_watchdog->expect(session.owner().run); !watched) {
    return Failure(watched.error());
  }
  Result<SuiteRun> result = settled(dispatch(session), session);
  if (result) {
    result->duration = session.elapsed();
  }
  const Ending ending(session, *m_watchdog, result);
  const Result<void> removed = m_removal == Removal::after ? ending.hand_over() : ending.remove();
  if (result && !removed) {
    return Failure(removed.error());
  }
  if (result && !session.log().written()) {
    return Failure(session.log().written().error());
  }
  return result;
}

Result<SuiteRun> EngineSuiteRunner::run(const SuiteRequest& request, Progress& progress) {
  if (!m_watchdog) {
    return could_not_run("a suite was to run before the Engine was asked");
  }
  Result<RunLog> log = RunLog::open(request.log, static_cast<std::size_t>(request.suite.limits.log));
  if (!log) {
    return Failure(log.error());
  }
  const Result<TemporaryFolder> scratch = TemporaryFolder::make(request.tree.parent_path(), "suite-");
  if (!scratch) {
    return Failure(scratch.error());
  }
  EngineApi api(m_endpoint);
  SuiteSession session({request, progress, m_interrupt, api, m_env, RunOwner::make(request.suite.timeout), scratch->path(), m_cache, m_machine}, *log);
  Result<SuiteRun> result = run_in(session);
  if (result) {
    result->tail = log->tail();
  }
  return result;
}

} // namespace

Result<std::unique_ptr<SuiteRunner>> make_suite_runner(Environment env, std::filesystem::path cache, Removal removal,
                                                       const Interrupt& interrupt) {
  Result<Endpoint> endpoint = find_endpoint(env, interrupt);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  return std::make_unique<EngineSuiteRunner>(std::move(env), std::move(cache), std::move(*endpoint), removal, interrupt);
}

} // namespace gate
