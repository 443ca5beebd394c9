#include <ctime>
#include <thread>

#include "engine/compose_run.hpp"

namespace gate {

namespace {

constexpr unsigned k_log_lines = 500;
constexpr std::chrono::seconds k_log_limit{5};
constexpr int k_signalled = 128; // sh(1): an exit code above is 128 and a signal's number

// The logs are wanted most when the suite's own time is up.
Patience log_patience(const SuiteSession& session) {
  Patience patience = session.patience();
  patience.deadline = std::chrono::steady_clock::now() + k_log_limit;
  return patience;
}

SuiteRun not_running(const ComposeRun& run, const ContainerState& state, const std::string& when) {
  const std::string& service = run.source.service;
  show_log_of(run, service);
  const std::string how = state.oom_killed ? " ran out of memory" : " ended" + when + " with exit code " + std::to_string(state.exit_code);
  return failed_run("service \"" + service + "\"" + how);
}

// A test that was killed dies a moment before the Engine knows of the container's end, or of the want of memory.
Result<ContainerState> state_after(const SuiteSession& session, const std::string& container, bool was_killed) {
  constexpr int k_looks = 10;
  constexpr std::chrono::milliseconds k_between_looks{100};
  const std::time_t since = std::time(nullptr) - static_cast<std::time_t>(session.elapsed().count() / 1000) - 1;
  for (int look = 1;; ++look) {
    Result<ContainerState> state = session.api().container_state(container, session.patience());
    if (!state || !was_killed || !state->running || look == k_looks) {
      return state;
    }
    const Result<bool> starved = session.api().ran_out_of_memory(container, since, session.patience());
    if (!starved) {
      return Failure(starved.error());
    }
    if (*starved) {
      state->oom_killed = true;
      return state;
    }
    std::this_thread::sleep_for(k_between_looks);
  }
}

Result<SuiteRun> judge(ComposeRun& run, const Result<ProcessEnd>& end, const ContainerState& after) {
  const bool passed = end && end->exit_code == 0;
  if (!after.running && !passed) {
    return not_running(run, after, " during the test");
  }
  if (!end) {
    return Failure(end.error());
  }
  if (!end->error.empty()) {
    run.session.log().append(end->error + "\n");
  }
  SuiteRun result = ended_run(run.session.suite().run, *end, after.oom_killed);
  if (result.outcome != SuiteRun::Outcome::passed) {
    log_other_services(run, run.source.service);
  }
  return result;
}

// Of the containers, as that of the tested service.
Result<void> look_at_services(const ComposeRun& run, SuiteRun& result) {
  for (const std::string& service : run.session.keep_services()) {
    const auto container = run.containers.find(service);
    if (container == run.containers.end()) {
      return could_not_run("compose has made no container for service \"" + service + "\"");
    }
    const Result<ContainerState> state = run.session.api().container_state(container->second, run.session.patience());
    if (!state) {
      return Failure(state.error());
    }
    result.images[service] = state->image;
  }
  return {};
}

} // namespace

std::string ComposeRun::shown_files() const {
  std::string text;
  for (const std::string& name : source.files) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

void log_other_services(const ComposeRun& run, const std::string& tested) {
  const Patience patience = log_patience(run.session);
  for (const auto& [service, container] : run.containers) {
    if (service == tested) {
      continue;
    }
    run.session.log().append_aside("==> log of " + service + "\n");
    // Only a help for the reader: the verdict does not hang on it.
    static_cast<void>(run.session.api().logs(
        container, k_log_lines, [&](std::string_view bytes) { run.session.log().append_aside(bytes); }, patience));
  }
}

void show_log_of(const ComposeRun& run, const std::string& service) {
  const auto container = run.containers.find(service);
  if (container == run.containers.end()) {
    return;
  }
  run.session.log().heading("log of " + service);
  static_cast<void>(run.session.api().logs(
      container->second, k_log_lines, [&](std::string_view bytes) { run.session.log().append(bytes); }, log_patience(run.session)));
}

Result<SuiteRun> test_in(ComposeRun& run) {
  const SuiteSession& session = run.session;
  const auto found = run.containers.find(run.source.service);
  if (found == run.containers.end()) {
    return could_not_run("compose has made no container for service \"" + run.source.service + "\"");
  }
  const std::string& container = found->second;
  const Result<ContainerState> before = session.api().container_state(container, session.patience());
  if (!before) {
    return Failure(before.error());
  }
  if (!before->running) {
    return not_running(run, *before, " at once");
  }
  session.step("running " + shown_command(session.suite().run));
  const Result<ProcessEnd> end = session.api().exec(
      container, {session.suite().run, session.test_env()}, [&](std::string_view bytes) { session.log().append(bytes); }, session.patience());
  if (!end && end.error().kind == ErrorKind::interrupted) {
    return Failure(end.error());
  }
  if (!end) {
    if (const Result<void> hello = session.api().connect(session.patience()); !hello) {
      return Failure(hello.error());
    }
  }
  const Result<ContainerState> after = state_after(session, container, end && end->exit_code > k_signalled);
  if (!after) {
    return Failure(after.error());
  }
  Result<SuiteRun> result = judge(run, end, *after);
  if (result) {
    // Of the container and not by the service's image name, which may stand on another image by now.
    result->image_id = after->image;
  }
  if (result && result->outcome == SuiteRun::Outcome::passed) {
    if (const Result<void> seen = look_at_services(run, *result); !seen) {
      return Failure(seen.error());
    }
  }
  return result;
}

} // namespace gate
