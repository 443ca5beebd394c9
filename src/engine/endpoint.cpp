#include "engine/endpoint.hpp"

#include <array>
#include <chrono>

#include "engine/json.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr const char* k_default_socket = "/var/run/docker.sock";
constexpr std::chrono::seconds k_inspect_limit{10};

constexpr std::array k_for_reading{"PATH", "HOME", "TMPDIR", "DOCKER_CONFIG"};
constexpr std::array k_for_the_engine{"DOCKER_BUILDKIT", "DOCKER_API_VERSION", "DOCKER_DEFAULT_PLATFORM",
                                      "BUILDX_CONFIG",   "BUILDX_BUILDER",     "XDG_RUNTIME_DIR",
                                      "HTTP_PROXY",      "HTTPS_PROXY",        "FTP_PROXY",
                                      "NO_PROXY",        "ALL_PROXY",          "http_proxy",
                                      "https_proxy",     "ftp_proxy",          "no_proxy",
                                      "all_proxy",       "SSL_CERT_FILE",      "SSL_CERT_DIR"};

template <typename Names> void copy(const Names& names, const Environment& from, Environment& to) {
  for (const char* const name : names) {
    if (const std::optional<std::string> value = value_of(from, name)) {
      to.push_back(std::string(name) + "=" + *value);
    }
  }
}

Result<std::string> host_of_context(const std::string& name, const Environment& env,
                                    const Interrupt& interrupt) {
  const std::string how = "docker context inspect " + name;
  Environment child = {"LANG=C.UTF-8"};
  copy(k_for_reading, env, child);
  const CommandLimits limits{std::chrono::steady_clock::now() + k_inspect_limit, &interrupt, {}};
  const Result<Captured> result = run_captured(
      {{"docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}", "--", name}, child, {}},
      limits);
  if (!result) {
    return Failure(result.error());
  }
  const std::string host = result->out.substr(0, result->out.find_first_of("\r\n"));
  if (!result->end.ok() || host.empty()) {
    return could_not_run("docker's context \"" + name + "\" can't be read", how);
  }
  return host;
}

} // namespace

Result<std::string> socket_of_host(std::string_view host) {
  constexpr std::string_view k_scheme = "unix://";
  if (host.substr(0, k_scheme.size()) != k_scheme) {
    const std::string scheme(host.substr(0, host.find("://")));
    return could_not_run("the Engine is reached by " + scheme + ", but gate supports unix sockets only",
                         "set DOCKER_HOST=unix:///path/to/docker.sock, or forward the socket: ssh -nNT -L "
                         "/path/to/docker.sock:/var/run/docker.sock HOST");
  }
  const std::string path(host.substr(k_scheme.size()));
  if (path.empty() || path.front() != '/') {
    return could_not_run("DOCKER_HOST=" + std::string(host) + " names no socket", "unset DOCKER_HOST");
  }
  return path;
}

std::optional<std::string> context_in_use(const Environment& env, std::string_view config_json) {
  std::string name = value_of(env, "DOCKER_CONTEXT").value_or("");
  if (name.empty()) {
    name = text_of(member(parse_json(config_json), "currentContext"));
  }
  return name.empty() || name == "default" ? std::nullopt : std::optional<std::string>(name);
}

Result<std::string> find_socket(const Environment& env, const Interrupt& interrupt) {
  if (const std::optional<std::string> host = value_of(env, "DOCKER_HOST"); host && !host->empty()) {
    return socket_of_host(*host);
  }
  const std::string home = value_of(env, "HOME").value_or("");
  const std::string folder = value_of(env, "DOCKER_CONFIG").value_or(home.empty() ? "" : home + "/.docker");
  std::string config;
  if (!folder.empty()) {
    const Result<std::optional<std::string>> text = read_file(folder + "/config.json");
    config = text && *text ? **text : std::string();
  }
  const std::optional<std::string> context = context_in_use(env, config);
  if (!context) {
    return std::string(k_default_socket);
  }
  const Result<std::string> host = host_of_context(*context, env, interrupt);
  return host ? socket_of_host(*host) : Failure(host.error());
}

Environment reading_environment(const Environment& env, const std::string& socket_path) {
  // The Engine is named to each child: what gate and its children use must never differ.
  Environment child = {"LANG=C.UTF-8", "DOCKER_HOST=unix://" + socket_path};
  copy(k_for_reading, env, child);
  return child;
}

Environment engine_environment(const Environment& env, const std::string& socket_path) {
  Environment child = reading_environment(env, socket_path);
  copy(k_for_the_engine, env, child);
  return child;
}

} // namespace gate
