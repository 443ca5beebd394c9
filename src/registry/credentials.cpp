#include "registry/credentials.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/redact.hpp"
#include "base/shell_word.hpp"
#include "os/files.hpp"
#include "registry/docker_config.hpp"
#include "registry/ecr_host.hpp"
#include "registry/ecr_public.hpp"
#include "registry/helper_environment.hpp"

namespace gate::registry {

namespace {

constexpr std::chrono::seconds k_helper_limit{30};

std::optional<std::filesystem::path> config_path(const Environment& env) {
  if (const auto folder = value_of(env, "DOCKER_CONFIG"); folder && !folder->empty()) {
    return std::filesystem::path(*folder) / "config.json";
  }
  if (const auto home = value_of(env, "HOME"); home && !home->empty()) {
    return std::filesystem::path(*home) / ".docker" / "config.json";
  }
  return std::nullopt;
}

Result<std::optional<RegistryLogin>> ask_helper(const std::string& helper, const std::string& key,
                                                const Environment& env, const Interrupt& interrupt) {
  const std::string program = "docker-credential-" + helper;
  if (!find_program(program, env)) {
    return could_not_run("docker's configuration names " + program + " for logins, but it is not in PATH",
                         "install " + program + ", or take its name out of docker's config.json");
  }
  const CommandLimits limits{std::chrono::steady_clock::now() + k_helper_limit, &interrupt, {}};
  Result<Captured> result = run_captured({{program, "get"}, helper_environment(env), {}, key}, limits);
  if (!result) {
    return Failure(result.error());
  }
  if (result->end.how == CommandEnd::How::timed_out) {
    return could_not_run(program + " does not answer in time",
                         "see what it says: echo REGISTRY | " + program + " get");
  }
  const Secret output(std::move(result->out));
  if (result->end.ok()) {
    return helper_login(helper, true, output.reveal());
  }
  // It was given AWS's keys.
  Redactor unsaid;
  for (const std::string_view name :
       {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"}) {
    const Secret value(value_of(env, name).value_or(""));
    unsaid.add(value.reveal());
  }
  return helper_login(helper, false, unsaid.redacted(output.empty() ? result->err : output.reveal()));
}

} // namespace

Result<std::optional<RegistryLogin>> dockers_login(const Environment& env, const Interrupt& interrupt,
                                                   const ImageName& name) {
  const std::optional<std::filesystem::path> path = config_path(env);
  if (!path) {
    return std::optional<RegistryLogin>();
  }
  Result<std::optional<std::string>> text = read_file(*path);
  if (!text) {
    return Failure(text.error());
  }
  if (!*text) {
    return std::optional<RegistryLogin>();
  }
  const Secret config(std::move(**text));
  const std::string key = login_key_of(name);
  Result<ConfiguredLogin> configured = configured_login(config.reveal(), key);
  if (!configured) {
    return could_not_run("docker's configuration " + path->string() +
                             " can't be used: " + configured.error().message,
                         "mend it, or log in again: " + login_command(name));
  }
  if (!configured->helper.empty()) {
    return ask_helper(configured->helper, key, env, interrupt);
  }
  return std::move(configured->login);
}

std::string login_command(const ImageName& name) {
  if (name.registry == "docker.io") {
    return "docker login";
  }
  if (const std::optional<EcrHost> ecr = EcrHost::parse(name.registry)) {
    return "aws ecr get-login-password --region " + shell_word(ecr->region) +
           " | docker login --username AWS --password-stdin " + shell_word(name.registry);
  }
  if (const std::optional<EcrService> ecr = ecr_public_service(name.registry)) {
    return "aws ecr-public get-login-password --region " + ecr->region +
           " | docker login --username AWS --password-stdin " + shell_word(name.registry);
  }
  return "docker login " + shell_word(name.registry);
}

} // namespace gate::registry
