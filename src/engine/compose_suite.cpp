#include <algorithm>
#include <array>
#include <thread>

#include "base/near_miss.hpp"
#include "engine/compose_document.hpp"
#include "engine/compose_files.hpp"
#include "engine/compose_tool.hpp"
#include "engine/hazards.hpp"
#include "engine/rewrite.hpp"
#include "engine/suite_session.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr unsigned k_log_lines = 500;
constexpr int k_signalled = 128; // sh(1): an exit code above is 128 and a signal's number
constexpr const char* k_service_label = "com.docker.compose.service";

/// Either a value or the outcome that the run already has without it.
template <typename T> using Step = Result<tl::expected<T, SuiteRun>>;

template <typename T> Step<T> over(SuiteRun run) {
  return tl::expected<T, SuiteRun>(tl::unexpected<SuiteRun>(std::move(run)));
}

SuiteRun refused_run(const std::vector<std::string>& hazards) {
  SuiteRun run;
  run.outcome = SuiteRun::Outcome::refused;
  for (const std::string& hazard : hazards) {
    run.reason += (run.reason.empty() ? "" : "\n") + hazard;
  }
  run.remedy = "a suite has no power over the machine that runs it: keep in the compose file what tests "
               "need, and move "
               "the rest to docker-compose.override.yml, which gate does not read";
  return run;
}

std::vector<std::string> names_of(const Json& map) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : map_of(map).items()) {
    names.push_back(name);
  }
  return names;
}

/// One run of one compose suite.
class ComposeRun {
public:
  ComposeRun(SuiteSession& session, const ComposeSource& source)
      : m_session(session), m_source(source), m_file((session.tree() / source.file).lexically_normal()) {}

  Result<SuiteRun> run();

private:
  Step<ComposeTool> read();
  Step<Json> normalized(const ComposeTool& tool);
  Result<std::optional<SuiteRun>> build();
  Result<std::optional<SuiteRun>> pull();
  Result<std::optional<SuiteRun>> start(const ComposeTool& tool);
  Result<SuiteRun> test();
  Result<std::string> find_container();
  Result<std::string> tested_image();
  Result<ContainerState> state_after(const std::string& container, bool was_killed);
  SuiteRun not_running(const std::string& container, const ContainerState& state, const std::string& when);
  void log_other_services(const std::string& tested);

  const Json& service(const std::string& name) const {
    return member(member(m_model, "services"), name.c_str());
  }

  SuiteSession& m_session;
  const ComposeSource& m_source;
  std::filesystem::path m_file;
  Json m_model;
  std::vector<std::string> m_services;
  std::map<std::string, std::string> m_images; ///< service → tag of what was built for it
};

Step<ComposeTool> ComposeRun::read() {
  m_session.step("reading " + m_source.file);
  if (!lies_inside(m_session.tree(), m_file)) {
    return over<ComposeTool>(refused_run({m_source.file + " lies outside of the tree"}));
  }
  const Result<std::optional<std::string>> text = read_file(m_file);
  if (!text) {
    return Failure(text.error());
  }
  if (!*text) {
    return over<ComposeTool>(failed_run("the tree has no " + m_source.file));
  }
  if (const tl::expected<Json, std::string> document = parse_compose(**text); !document) {
    return over<ComposeTool>(failed_run(m_source.file + ": " + document.error()));
  }
  if (const std::vector<std::string> found = hidden_hazards(m_session.tree(), m_file); !found.empty()) {
    return over<ComposeTool>(refused_run(found));
  }
  Result<ComposeTool> tool = find_compose(m_session.reading_env(), m_session.interrupt());
  if (!tool) {
    return Failure(tool.error());
  }
  return tl::expected<ComposeTool, SuiteRun>(std::move(*tool));
}

Step<Json> ComposeRun::normalized(const ComposeTool& tool) {
  const Result<Captured> config =
      run_captured({config_argv(tool, m_file), m_session.reading_env(), {}}, m_session.patience());
  if (!config) {
    return Failure(config.error());
  }
  m_session.log().append(config->err);
  if (config->end.how == CommandEnd::How::timed_out) {
    return could_not_run("compose did not end in time");
  }
  if (!config->end.ok()) {
    return over<Json>(failed_run("compose does not accept " + m_source.file));
  }
  tl::expected<Json, std::string> model = parse_compose(config->out);
  if (!model) {
    return could_not_run("compose printed what can't be read: " + model.error());
  }
  return tl::expected<Json, SuiteRun>(std::move(*model));
}

Result<std::optional<SuiteRun>> ComposeRun::build() {
  std::vector<BuildStep> steps;
  for (const std::string& name : m_services) {
    if (std::optional<BuildStep> step = build_step(name, service(name), m_session.tree())) {
      steps.push_back(std::move(*step));
    }
  }
  return build_images(m_session, steps, m_images);
}

// By docker and not by `up`: a registry that does not answer is told apart from services that do not start.
Result<std::optional<SuiteRun>> ComposeRun::pull() {
  for (const std::string& name : m_services) {
    const std::string image = without_escapes(text_of(member(service(name), "image")));
    if (m_images.count(name) != 0 || image.empty()) {
      continue;
    }
    if (image.front() == '-') {
      return std::optional<SuiteRun>(failed_run("service \"" + name + "\" has no image name but " + image));
    }
    const Result<std::optional<ListedImage>> here = m_session.api().image(image, m_session.patience());
    if (!here) {
      return Failure(here.error());
    }
    if (*here) {
      continue;
    }
    m_session.step("pulling " + image);
    std::vector<std::string> argv{"docker", "pull"};
    if (const std::string platform = text_of(member(service(name), "platform")); !platform.empty()) {
      argv.insert(argv.end(), {"--platform", platform});
    }
    argv.push_back(image);
    std::string output;
    const Result<CommandEnd> end = m_session.run(argv, output);
    if (!end || !end->ok()) {
      return end ? could_not_run("the image " + image + " could not be pulled", "docker pull " + image)
                 : Failure(end.error());
    }
  }
  return std::optional<SuiteRun>();
}

Result<std::optional<SuiteRun>> ComposeRun::start(const ComposeTool& tool) {
  const ComposeUp up{m_session.owner().project(), m_session.scratch() / "compose.json", m_file.parent_path(),
                     m_session.scratch() / "empty.env"};
  const Rewrite how{m_services, m_images, m_session.owner().labels(), m_session.tree()};
  for (const auto& [path, content] :
       {std::pair{up.file, rewritten(m_model, how)}, std::pair{up.empty_env, std::string()}}) {
    if (const Result<void> written = write_file(path, content, 0600); !written) {
      return Failure(written.error());
    }
  }
  m_session.step("starting " + m_source.service);
  std::string output;
  const Result<CommandEnd> end = m_session.run(up_argv(tool, up), output);
  if (!end) {
    return Failure(end.error());
  }
  if (end->ok()) {
    return std::optional<SuiteRun>();
  }
  if (const Result<void> engine = m_session.rule_out_infrastructure(output); !engine) {
    return Failure(engine.error());
  }
  log_other_services({});
  return std::optional<SuiteRun>(failed_run("the services of " + m_source.file + " did not start"));
}

Result<std::string> ComposeRun::find_container() {
  const std::string label = std::string(k_run_label) + "=" + m_session.owner().run;
  const Result<std::vector<Listed>> containers =
      m_session.api().list(ObjectKind::container, label, m_session.patience());
  if (!containers) {
    return Failure(containers.error());
  }
  for (const Listed& container : *containers) {
    const auto name = container.labels.find(k_service_label);
    if (name != container.labels.end() && name->second == m_source.service) {
      return container.id;
    }
  }
  return could_not_run("compose has made no container for service \"" + m_source.service + "\"");
}

Result<std::string> ComposeRun::tested_image() {
  for (const BuiltImage& image : m_session.built()) {
    if (image.name == m_source.service) {
      return image.id;
    }
  }
  // Of the container and not by the service's image name, which may stand on another image by now.
  const Result<std::string> container = find_container();
  if (!container) {
    return container;
  }
  const Result<ContainerState> state = m_session.api().container_state(*container, m_session.patience());
  return state ? state->image : Result<std::string>(Failure(state.error()));
}

void ComposeRun::log_other_services(const std::string& tested) {
  const std::string label = std::string(k_run_label) + "=" + m_session.owner().run;
  const Result<std::vector<Listed>> containers =
      m_session.api().list(ObjectKind::container, label, m_session.patience());
  for (const Listed& container : containers ? *containers : std::vector<Listed>()) {
    const auto name = container.labels.find(k_service_label);
    if (name == container.labels.end() || name->second == tested) {
      continue;
    }
    m_session.log().append_aside("==> log of " + name->second + "\n");
    // Only a help for the reader: the verdict does not hang on it.
    static_cast<void>(m_session.api().logs(
        container.id, k_log_lines, [&](std::string_view bytes) { m_session.log().append_aside(bytes); },
        m_session.patience()));
  }
}

SuiteRun ComposeRun::not_running(const std::string& container, const ContainerState& state,
                                 const std::string& when) {
  m_session.log().heading("log of " + m_source.service);
  static_cast<void>(m_session.api().logs(
      container, k_log_lines, [&](std::string_view bytes) { m_session.log().append(bytes); },
      m_session.patience()));
  const std::string how = state.oom_killed
                              ? " ran out of memory"
                              : " ended" + when + " with exit code " + std::to_string(state.exit_code);
  return failed_run("service \"" + m_source.service + "\"" + how);
}

// A test that was killed dies a moment before the Engine knows of the container's end, or of the want of memory.
Result<ContainerState> ComposeRun::state_after(const std::string& container, bool was_killed) {
  constexpr int k_looks = 10;
  constexpr std::chrono::milliseconds k_between_looks{100};
  const std::time_t since = std::time(nullptr) - static_cast<std::time_t>(m_session.elapsed().count() / 1000) - 1;
  for (int look = 1;; ++look) {
    Result<ContainerState> state = m_session.api().container_state(container, m_session.patience());
    if (!state || !was_killed || !state->running || look == k_looks) {
      return state;
    }
    const Result<bool> starved = m_session.api().ran_out_of_memory(container, since, m_session.patience());
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

Result<SuiteRun> ComposeRun::test() {
  const Result<std::string> container = find_container();
  if (!container) {
    return Failure(container.error());
  }
  const Result<ContainerState> before = m_session.api().container_state(*container, m_session.patience());
  if (!before) {
    return Failure(before.error());
  }
  if (!before->running) {
    return not_running(*container, *before, " at once");
  }
  m_session.step("running " + shown_command(m_session.suite().run));
  const Result<ProcessEnd> end = m_session.api().exec(
      *container, m_session.suite().run, [&](std::string_view bytes) { m_session.log().append(bytes); },
      m_session.patience());
  if (!end && end.error().kind == ErrorKind::interrupted) {
    return Failure(end.error());
  }
  if (const Result<void> hello = m_session.api().connect(m_session.patience()); !end && !hello) {
    return Failure(hello.error());
  }
  const bool was_killed = end && end->exit_code > k_signalled;
  const Result<ContainerState> after = state_after(*container, was_killed);
  if (!after) {
    return Failure(after.error());
  }
  const bool passed = end && end->exit_code == 0;
  if (!after->running && !passed) {
    return not_running(*container, *after, " during the test");
  }
  if (!end) {
    return Failure(end.error());
  }
  if (!end->error.empty()) {
    m_session.log().append(end->error + "\n");
  }
  SuiteRun run = ended_run(m_session.suite().run, *end, after->oom_killed);
  if (run.outcome != SuiteRun::Outcome::passed) {
    log_other_services(m_source.service);
  }
  return run;
}

Result<SuiteRun> ComposeRun::run() {
  const Step<ComposeTool> tool = read();
  if (!tool || !*tool) {
    return tool ? Result<SuiteRun>(tool->error()) : Failure(tool.error());
  }
  Step<Json> model = normalized(**tool);
  if (!model || !*model) {
    return model ? Result<SuiteRun>(model->error()) : Failure(model.error());
  }
  m_model = std::move(**model);
  if (!service(m_source.service).is_object()) {
    const std::optional<std::string> near =
        near_miss(m_source.service, names_of(member(m_model, "services")));
    return failed_run(m_source.file + " has no service \"" + m_source.service + "\"",
                      near ? "did you mean \"" + *near + "\"?" : "");
  }
  m_services = services_to_start(m_model, m_source);
  if (const std::vector<std::string> found = hazards(m_model, m_services, m_session.tree()); !found.empty()) {
    return refused_run(found);
  }
  const std::array steps{std::function([&] { return build(); }), std::function([&] { return pull(); }),
                         std::function([&] { return start(**tool); })};
  for (const auto& step : steps) {
    const Result<std::optional<SuiteRun>> outcome = step();
    if (!outcome) {
      return Failure(outcome.error());
    }
    if (*outcome) {
      return **outcome;
    }
  }
  Result<SuiteRun> run = test();
  if (run) {
    if (const Result<std::string> image = tested_image()) {
      run->image_id = *image;
    }
  }
  return run;
}

} // namespace

Result<SuiteRun> run_compose_suite(SuiteSession& session, const ComposeSource& source) {
  return ComposeRun(session, source).run();
}

} // namespace gate
