#include "engine/endpoint.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "engine/json.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr const char* k_default_host = "unix:///var/run/docker.sock";
constexpr const char* k_ca_file = "ca.pem";
constexpr const char* k_cert_file = "cert.pem";
constexpr const char* k_key_file = "key.pem";
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

std::string docker_folder(const Environment& env) {
  const std::string home = value_of(env, "HOME").value_or("");
  const std::string folder = value_of(env, "DOCKER_CONFIG").value_or("");
  return folder.empty() && !home.empty() ? home + "/.docker" : folder;
}

bool is_present(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

bool is_set(const Environment& env, std::string_view name) {
  return !value_of(env, name).value_or("").empty();
}

// As docker does it: any value asks for TLS, also "0". ca.pem must be there even when it will not be looked at.
Result<std::optional<EngineTls>> tls_of_environment(const Environment& env) {
  const bool verify = is_set(env, "DOCKER_TLS_VERIFY");
  if (!verify && !is_set(env, "DOCKER_TLS")) {
    return std::optional<EngineTls>();
  }
  const std::string named = value_of(env, "DOCKER_CERT_PATH").value_or("");
  std::error_code error;
  // Programs that gate starts may have another current folder.
  const std::filesystem::path folder = std::filesystem::absolute(named.empty() ? docker_folder(env) : named, error);
  EngineTls tls{folder / k_ca_file, {}, {}, verify};
  if (!is_present(tls.ca)) {
    return could_not_run(std::string(verify ? "DOCKER_TLS_VERIFY" : "DOCKER_TLS") + " asks for TLS, but there is no " + tls.ca.string(),
                         "set DOCKER_CERT_PATH to the folder that has ca.pem, cert.pem and key.pem, or unset " +
                             std::string(verify ? "DOCKER_TLS_VERIFY" : "DOCKER_TLS"));
  }
  tls.cert = is_present(folder / k_cert_file) ? folder / k_cert_file : std::filesystem::path();
  tls.key = is_present(folder / k_key_file) ? folder / k_key_file : std::filesystem::path();
  return std::optional<EngineTls>(tls);
}

/// What a context has of the three files.
std::optional<EngineTls> tls_of_context(const Json& context) {
  const Json& endpoint = member(member(context, "Endpoints"), "docker");
  const Json& files = list_of(member(member(context, "TLSMaterial"), "docker"));
  const bool skip_verify = is_true(member(endpoint, "SkipTLSVerify"));
  if (files.empty() && !skip_verify) {
    return std::nullopt;
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(text_of(member(member(context, "Storage"), "TLSPath")), error) / "docker";
  const auto kept = [&](const char* name) {
    return std::find(files.begin(), files.end(), Json(name)) == files.end() ? std::filesystem::path() : folder / name;
  };
  return EngineTls{kept(k_ca_file), kept(k_cert_file), kept(k_key_file), !skip_verify};
}

Result<Endpoint> ask_for_context(const std::string& name, const Environment& env, const Interrupt& interrupt) {
  Environment child = {"LANG=C.UTF-8"};
  copy(k_for_reading, env, child);
  const CommandLimits limits{std::chrono::steady_clock::now() + k_inspect_limit, &interrupt, {}};
  const Result<Captured> result = run_captured({{"docker", "context", "inspect", "--", name}, child, {}}, limits);
  if (!result) {
    return Failure(result.error());
  }
  return endpoint_of_context(name, result->end.ok() ? result->out : std::string());
}

/// "host[:port]" with a port, as it stands in a URL; nothing when it is none.
std::optional<std::string> authority_of(std::string_view text, const char* default_port) {
  constexpr std::string_view k_digits = "0123456789";
  constexpr std::string_view k_name = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  constexpr std::string_view k_address = "0123456789abcdefABCDEF:.";
  const std::size_t bracket = text.substr(0, 1) == "[" ? text.find(']') : 0;
  if (bracket == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t colon = text.find(':', bracket);
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? default_port : text.substr(colon + 1);
  const std::string_view bare = bracket > 0 ? text.substr(1, bracket - 1) : host;
  const bool host_ok = bare.find_first_not_of(bracket > 0 ? k_address : k_name) == std::string_view::npos &&
                       (bracket == 0 || (host.size() == bracket + 1 && !bare.empty()));
  const bool port_ok = !port.empty() && port.size() <= 5 && port.find_first_not_of(k_digits) == std::string_view::npos &&
                       std::stoi(std::string(port)) > 0 && std::stoi(std::string(port)) <= 65535;
  if (!host_ok || !port_ok) {
    return std::nullopt;
  }
  return (host.empty() ? "127.0.0.1" : std::string(host)) + ":" + std::string(port);
}

Result<Endpoint> tcp_endpoint(std::string_view host, std::string_view address, const std::optional<EngineTls>& tls) {
  constexpr const char* k_plain_port = "2375";
  constexpr const char* k_tls_port = "2376";
  if (!address.empty() && address.back() == '/') {
    address.remove_suffix(1);
  }
  const std::optional<std::string> authority = authority_of(address, tls ? k_tls_port : k_plain_port);
  if (!authority) {
    return could_not_run("the Engine's address " + std::string(host) + " is none: gate expects tcp://host:port",
                         "set DOCKER_HOST=tcp://build.example.org:2376, or unset DOCKER_HOST");
  }
  Endpoint endpoint{"tcp://" + *authority, {}, (tls ? "https://" : "http://") + *authority, tls};
  if (tls) {
    const std::filesystem::path& file = !tls->ca.empty() ? tls->ca : !tls->cert.empty() ? tls->cert : tls->key;
    endpoint.cert_path = file.parent_path().string();
  }
  return endpoint;
}

} // namespace

Result<Endpoint> endpoint_of_host(std::string_view host, const std::optional<EngineTls>& tls) {
  const std::size_t end = host.find("://");
  const std::string_view scheme = end == std::string_view::npos ? "tcp" : host.substr(0, end);
  const std::string_view rest = end == std::string_view::npos ? host : host.substr(end + 3);
  if (scheme == "tcp") {
    return tcp_endpoint(host, rest, tls);
  }
  if (scheme != "unix") {
    return could_not_run("the Engine is reached by " + std::string(scheme) + ", but gate supports unix sockets and tcp only",
                         "forward its socket: ssh -nNT -L /path/to/docker.sock:/var/run/docker.sock HOST, and set "
                         "DOCKER_HOST=unix:///path/to/docker.sock");
  }
  if (rest.empty() || rest.front() != '/') {
    return could_not_run("DOCKER_HOST=" + std::string(host) + " names no socket", "unset DOCKER_HOST");
  }
  // TLS is for networks: whoever may open the socket is known to the kernel.
  return Endpoint{std::string(host), std::string(rest), {}, std::nullopt};
}

Result<Endpoint> endpoint_of_context(const std::string& name, std::string_view json) {
  const Json contexts = parse_json(json);
  const Json& context = contexts.is_array() && !contexts.empty() ? contexts.front() : contexts;
  const std::string host = text_of(member(member(member(context, "Endpoints"), "docker"), "Host"));
  if (host.empty()) {
    return could_not_run("docker's context \"" + name + "\" can't be read", "docker context inspect " + name);
  }
  const std::optional<EngineTls> tls = tls_of_context(context);
  Result<Endpoint> endpoint = endpoint_of_host(host, tls);
  // DOCKER_CERT_PATH means a folder with ca.pem, always.
  if (endpoint && endpoint->tls && tls->ca.empty()) {
    endpoint->context = name;
    endpoint->cert_path.clear();
  }
  return endpoint;
}

std::optional<std::string> context_in_use(const Environment& env, std::string_view config_json) {
  std::string name = value_of(env, "DOCKER_CONTEXT").value_or("");
  if (name.empty()) {
    name = text_of(member(parse_json(config_json), "currentContext"));
  }
  return name.empty() || name == "default" ? std::nullopt : std::optional<std::string>(name);
}

Result<Endpoint> find_endpoint(const Environment& env, const Interrupt& interrupt) {
  if (const std::optional<std::string> host = value_of(env, "DOCKER_HOST"); host && !host->empty()) {
    if (host->rfind("unix://", 0) == 0) {
      return endpoint_of_host(*host, std::nullopt);
    }
    const Result<std::optional<EngineTls>> tls = tls_of_environment(env);
    return tls ? endpoint_of_host(*host, *tls) : Failure(tls.error());
  }
  const std::string folder = docker_folder(env);
  std::string config;
  if (!folder.empty()) {
    const Result<std::optional<std::string>> text = read_file(folder + "/config.json");
    config = text && *text ? **text : std::string();
  }
  if (const std::optional<std::string> context = context_in_use(env, config)) {
    return ask_for_context(*context, env, interrupt);
  }
  return endpoint_of_host(k_default_host, std::nullopt);
}

Environment reading_environment(const Environment& env, const Endpoint& endpoint) {
  // The Engine is named to each child: what gate and its children use must never differ.
  Environment child = {"LANG=C.UTF-8",
                       endpoint.context.empty() ? "DOCKER_HOST=" + endpoint.host : "DOCKER_CONTEXT=" + endpoint.context};
  if (endpoint.tls && endpoint.context.empty()) {
    child.emplace_back(endpoint.tls->verify ? "DOCKER_TLS_VERIFY=1" : "DOCKER_TLS=1");
    child.push_back("DOCKER_CERT_PATH=" + endpoint.cert_path);
  }
  copy(k_for_reading, env, child);
  return child;
}

Environment engine_environment(const Environment& env, const Endpoint& endpoint) {
  Environment child = reading_environment(env, endpoint);
  copy(k_for_the_engine, env, child);
  return child;
}

} // namespace gate
