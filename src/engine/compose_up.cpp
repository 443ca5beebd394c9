#include <algorithm>
#include <string_view>

#include "engine/compose_run.hpp"
#include "engine/rewrite.hpp"
#include "engine/service_container.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

Result<void> find_containers(ComposeRun& run) {
  const std::string label = std::string(k_run_label) + "=" + run.session.owner().run;
  const Result<std::vector<Listed>> containers = run.session.api().list(ObjectKind::container, label, run.session.patience());
  if (!containers) {
    return Failure(containers.error());
  }
  for (const Listed& container : *containers) {
    if (const auto name = container.labels.find(k_service_label); name != container.labels.end()) {
      run.containers[name->second] = container.id;
    }
  }
  return {};
}

/// compose hands docker's configured proxies, often with a password, in to every container. Gives a folder of docker's configuration
/// that has all but these and what signs in to registries: gate has pulled the images.
Result<fs::path> configuration_without_proxies(const Environment& env, const fs::path& scratch) {
  const fs::path own = fs::absolute(value_of(env, "DOCKER_CONFIG").value_or(value_of(env, "HOME").value_or("") + "/.docker"));
  const fs::path folder = scratch / "docker";
  std::error_code error;
  fs::create_directory(folder, error);
  fs::permissions(folder, fs::perms::owner_all, error);
  for (const char* const name : {"cli-plugins", "contexts", "tls", "ca.pem", "cert.pem", "key.pem"}) {
    if (fs::exists(own / name, error)) {
      fs::create_symlink(own / name, folder / name, error);
    }
  }
  const Result<std::optional<std::string>> text = read_file(own / "config.json");
  const Json whole = text && *text ? parse_json(**text) : Json();
  Json kept = Json::object();
  for (const char* const key : {"cliPluginsExtraDirs", "HttpHeaders", "plugins", "features"}) {
    if (const Json& value = member(whole, key); !value.is_null()) {
      kept[key] = value;
    }
  }
  const std::string content = kept.dump(-1, ' ', true, Json::error_handler_t::replace);
  const Result<void> written = write_file(folder / "config.json", content, 0600);
  return written ? Result<fs::path>(folder) : Failure(written.error());
}

// No proxies of gate's own either: nothing is fetched, and what compose knows it can tell.
Result<CommandEnd> run_up(const SuiteSession& session, const std::vector<std::string>& argv, std::string& output) {
  Environment env = session.reading_env();
  const Result<fs::path> configuration = configuration_without_proxies(env, session.scratch());
  if (!configuration) {
    return Failure(configuration.error());
  }
  constexpr std::string_view k_variable = "DOCKER_CONFIG=";
  env.erase(std::remove_if(env.begin(), env.end(), [&](const std::string& it) { return it.rfind(k_variable, 0) == 0; }), env.end());
  env.push_back(std::string(k_variable) + configuration->string());
  return session.run(argv, env, output);
}

} // namespace

Outcome start_by_compose(ComposeRun& run) {
  const SuiteSession& session = run.session;
  const Result<ComposeTool> tool = find_compose(session.reading_env(), session.interrupt());
  if (!tool) {
    return Failure(tool.error());
  }
  const ComposeUp up{session.owner().project(), session.scratch() / "compose.json", run.files.front().parent_path(), session.scratch() / "empty.env"};
  const Rewrite how{run.services,     run.built, session.owner().labels(), session.tree(), session.limits(), session.suite().network,
                    run.source.service, run.caches};
  for (const auto& [path, content] : {std::pair{up.file, rewritten(run.model, how)}, std::pair{up.empty_env, std::string()}}) {
    if (const Result<void> written = write_file(path, content, 0600); !written) {
      return Failure(written.error());
    }
  }
  session.step("starting " + run.source.service);
  std::string output;
  const Result<CommandEnd> end = run_up(session, up_argv(*tool, up), output);
  if (!end) {
    return Failure(end.error());
  }
  const Result<void> found = find_containers(run);
  if (end->ok()) {
    return found ? goes_on() : Outcome(Failure(found.error()));
  }
  if (const Result<void> engine = session.rule_out_infrastructure(output); !engine) {
    return Failure(engine.error());
  }
  log_other_services(run, {});
  return ends_in(failed_run("the services of " + run.shown_files() + " did not start"));
}

} // namespace gate
