// A suite's run as the only process of one container.
#include <ctime>
#include <future>
#include <utility>

#include "engine/suite_session.hpp"

namespace gate {

namespace {

constexpr int k_by_signal = 128; // sh(1): an exit code above is 128 and a signal's number

/// The run's own network. The Engine takes longest for it, and asks for it only when the container is started.
class OwnNetwork {
public:
  explicit OwnNetwork(const SuiteSession& session);

  /// HostConfig.NetworkMode
  std::string mode() const { return m_made.valid() ? m_name : "none"; }
  /// Until it is there.
  Result<void> wait(const SuiteSession& session);
  /// Docker takes a container's network for granted until it is started; podman wants it there, and names it.
  bool is_missed_by(const Error& error) const { return m_made.valid() && error.message.find(m_name) != std::string::npos; }
  /// There is no container for it.
  void remove(const SuiteSession& session);

private:
  std::string m_name;
  std::shared_future<Result<std::string>> m_made; ///< its id; not valid: the run has none
};

OwnNetwork::OwnNetwork(const SuiteSession& session) : m_name(session.owner().project()) {
  if (session.suite().network == SuiteNetwork::none) {
    return;
  }
  // A connection of its own: nothing here may touch the log, the progress or the session's API.
  Patience patience = session.patience();
  patience.tick = nullptr;
  const Json network{{"Name", m_name}, {"Driver", "bridge"}, {"CheckDuplicate", true}, {"Internal", false}, {"Labels", session.owner().labels()}};
  const auto make = [endpoint = session.api().endpoint(), body = text_of_all(network), patience]() -> Result<std::string> {
    EngineApi api(endpoint);
    if (const Result<void> hello = api.connect(patience); !hello) {
      return Failure(hello.error());
    }
    return api.create_network(body, patience);
  };
  m_made = std::async(std::launch::async, make).share();
}

Result<void> OwnNetwork::wait(const SuiteSession& session) {
  if (!m_made.valid()) {
    return {};
  }
  while (m_made.wait_for(k_turn) != std::future_status::ready) {
    session.tick();
  }
  return m_made.get() ? Result<void>() : Failure(m_made.get().error());
}

void OwnNetwork::remove(const SuiteSession& session) {
  if (m_made.valid() && wait(session)) {
    // What stays has the run's label, and goes with the run.
    static_cast<void>(session.api().remove({{ObjectKind::network, *m_made.get(), {}}}, session.patience()));
  }
}

std::string container_body(const SuiteSession& session, const std::string& image, const Json& mounts, const std::string& workdir,
                           const std::string& network) {
  const ContainerLimits limits = session.limits();
  Json host{{"Init", true},
            {"SecurityOpt", {"no-new-privileges"}},
            {"PidsLimit", limits.pids},
            {"NetworkMode", network},
            {"Mounts", mounts},
            {"LogConfig", {{"Type", "none"}}}};
  if (limits.nano_cpus > 0) {
    host["NanoCpus"] = limits.nano_cpus;
  }
  if (limits.memory > 0) {
    host["Memory"] = limits.memory;
    host["MemorySwap"] = limits.memory;
  }
  // As the entrypoint, so that exactly this argv is run: an image's own entrypoint would get it as mere
  // arguments.
  Json json{{"Image", image},         {"Entrypoint", session.suite().run},
            {"Cmd", Json::array()},   {"AttachStdout", true},
            {"AttachStderr", true},   {"Labels", session.owner().labels()},
            {"Env", session.test_env()}, {"HostConfig", host}};
  if (!workdir.empty()) {
    json["WorkingDir"] = workdir;
  }
  return text_of_all(json);
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

// The state tells it of the container's first process only, which is the one that reaps.
Result<bool> was_starved(const SuiteSession& session, const std::string& container, const ContainerState& state) {
  if (state.oom_killed || state.exit_code <= k_by_signal) {
    return state.oom_killed;
  }
  const std::time_t since = std::time(nullptr) - static_cast<std::time_t>(session.elapsed().count() / 1000) - 1;
  return session.api().ran_out_of_memory(container, since, session.patience());
}

Result<SuiteRun> outcome_of(const SuiteSession& session, const std::string& container) {
  const Result<int> code = session.api().wait_container(container, session.patience());
  if (!code) {
    return Failure(code.error());
  }
  const Result<ContainerState> state = session.api().container_state(container, session.patience());
  if (!state) {
    return Failure(state.error());
  }
  if (state->running || state->exit_code != *code) {
    return could_not_run("the Engine contradicts itself about how the container ended");
  }
  const Result<bool> starved = was_starved(session, container, *state);
  if (!starved) {
    return Failure(starved.error());
  }
  SuiteRun run = ended_run(session.suite().run, {*code, {}}, *starved);
  run.image_id = state->image;
  return run;
}

} // namespace

Result<SuiteRun> run_in_container(const SuiteSession& session, const std::string& image, const Json& mounts, const std::string& workdir) {
  EngineApi& api = session.api();
  OwnNetwork network(session);
  const std::string body = container_body(session, image, mounts, workdir, network.mode());
  Result<std::string> container = api.create_container(body, session.patience());
  if (!container && network.is_missed_by(container.error()) && network.wait(session)) {
    container = api.create_container(body, session.patience());
  }
  if (!container) {
    network.remove(session);
    return Failure(container.error());
  }
  session.step("running " + shown_command(session.suite().run));
  bool started = false;
  const auto start = [&]() -> Result<void> {
    Result<void> result = network.wait(session);
    result = result ? api.start_container(*container, session.patience()) : result;
    started = result.has_value();
    return result;
  };
  const Result<void> output = api.attach(
      *container, [&](std::string_view bytes) { session.log().append(bytes); }, start, session.patience());
  if (!output) {
    return started ? Failure(output.error()) : not_started(session, *container, output.error());
  }
  return outcome_of(session, *container);
}

} // namespace gate
