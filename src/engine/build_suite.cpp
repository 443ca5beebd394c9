#include "engine/compose_files.hpp"
#include "engine/json.hpp"
#include "engine/suite_session.hpp"

namespace gate {

namespace {

constexpr int k_pids_limit =
    4096; // enough for any test suite, too little for a fork storm to hurt the machine

std::string container_json(const SuiteSession& session, const std::string& image) {
  // As the entrypoint, so that exactly this argv is run: an image's own entrypoint would get it as mere
  // arguments.
  const Json host{{"Init", true},
                  {"SecurityOpt", {"no-new-privileges"}},
                  {"PidsLimit", k_pids_limit},
                  {"LogConfig", {{"Type", "none"}}}};
  const Json json{{"Image", image},       {"Entrypoint", session.suite().run},
                  {"Cmd", Json::array()}, {"AttachStdout", true},
                  {"AttachStderr", true}, {"Labels", session.owner().labels()},
                  {"HostConfig", host}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What could not even be started says so with its exit code; anything else that keeps a container from
// starting is the Engine's trouble.
Result<SuiteRun> not_started(const SuiteSession& session, const std::string& container, const Error& error) {
  const Result<ContainerState> state = session.api().container_state(container, session.patience());
  if (!state || (state->exit_code != 126 && state->exit_code != 127)) {
    return Failure(error);
  }
  session.log().append(error.message + "\n");
  return ended_run(session.suite().run, {state->exit_code, error.message}, false);
}

Result<SuiteRun> run_container(const SuiteSession& session, const std::string& image) {
  const Result<std::string> container =
      session.api().create_container(container_json(session, image), session.patience());
  if (!container) {
    return Failure(container.error());
  }
  session.step("running " + shown_command(session.suite().run));
  bool started = false;
  const auto start = [&]() -> Result<void> {
    const Result<void> result = session.api().start_container(*container, session.patience());
    started = result.has_value();
    return result;
  };
  const Result<void> output = session.api().attach(
      *container, [&](std::string_view bytes) { session.log().append(bytes); }, start, session.patience());
  if (!output && !started) {
    return not_started(session, *container, output.error());
  }
  if (!output) {
    return Failure(output.error());
  }
  const Result<int> code = session.api().wait_container(*container, session.patience());
  if (!code) {
    return Failure(code.error());
  }
  const Result<ContainerState> state = session.api().container_state(*container, session.patience());
  if (!state) {
    return Failure(state.error());
  }
  if (state->running || state->exit_code != *code) {
    return could_not_run("the Engine contradicts itself about how the container ended");
  }
  return ended_run(session.suite().run, {*code, {}}, state->oom_killed);
}

} // namespace

Result<SuiteRun> run_build_suite(SuiteSession& session, const BuildSource& source) {
  const std::filesystem::path context = (session.tree() / source.context).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(context / "Dockerfile", error)) {
    return failed_run("the tree has no " + (std::filesystem::path(source.context) / "Dockerfile").string());
  }
  if (!lies_inside(session.tree(), context) || !lies_inside(session.tree(), context / "Dockerfile")) {
    SuiteRun refused;
    refused.outcome = SuiteRun::Outcome::refused;
    refused.reason = "the build folder " + source.context + " lies outside of the tree";
    return refused;
  }
  BuildStep step;
  step.name = session.suite().name;
  step.context = context;
  step.dockerfile = context / "Dockerfile";
  std::map<std::string, std::string> images;
  const Result<std::optional<SuiteRun>> built = build_images(session, {step}, images);
  if (!built) {
    return Failure(built.error());
  }
  if (*built) {
    return **built;
  }
  Result<SuiteRun> run = run_container(session, session.built().front().id);
  if (run) {
    run->image_id = session.built().front().id;
  }
  return run;
}

} // namespace gate
