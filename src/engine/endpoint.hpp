// Which Engine gate talks to, and what the programs that it starts may see of gate's environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/process.hpp"

namespace gate {

/// Files for TLS with an Engine (PEM).
struct EngineTls {
  std::filesystem::path ca;   ///< empty: the machine's own authorities
  std::filesystem::path cert; ///< empty: gate does not show who it is
  std::filesystem::path key;
  bool verify = true;
};

/// An Engine's address.
struct Endpoint {
  std::string host;   ///< as docker writes it: "unix:///var/run/docker.sock", "tcp://build.example.org:2376"
  std::string socket; ///< path of the unix socket; empty for tcp
  std::string url;    ///< for tcp: "https://build.example.org:2376", or "http://…" without TLS
  std::optional<EngineTls> tls;
  std::string cert_path = {}; ///< what DOCKER_CERT_PATH must be for docker's own programs; empty: they need none
  /// The context that docker's own programs must be told instead of the host, where its TLS has no other name; else empty.
  std::string context = {};

  /// Its Engine sees this machine's files.
  bool is_local() const { return !socket.empty(); }
};

/// "unix:///path" or "tcp://host[:port]" (2375, with TLS 2376). Any other kind of host (ssh, npipe) is an error that says what is
/// supported, and how to forward the socket.
Result<Endpoint> endpoint_of_host(std::string_view host, const std::optional<EngineTls>& tls);

/// The docker CLI's context, if one other than "default" is in use: DOCKER_CONTEXT, else what its config.json
/// (may be empty) names. https://docs.docker.com/engine/manage-resources/contexts/
std::optional<std::string> context_in_use(const Environment& env, std::string_view config_json);

/// What `docker context inspect -- NAME` has printed: its host, and the TLS files that the context keeps.
/// https://docs.docker.com/reference/cli/docker/context/inspect/
Result<Endpoint> endpoint_of_context(const std::string& name, std::string_view json);

/// As the docker CLI chooses it, so that both always mean the same Engine: DOCKER_HOST (with DOCKER_TLS_VERIFY, DOCKER_TLS and
/// DOCKER_CERT_PATH), else the context's host and TLS files (asked of `docker context inspect`), else /var/run/docker.sock.
Result<Endpoint> find_endpoint(const Environment& env, const Interrupt& interrupt);

/// For docker and compose where they talk to the Engine: PATH, HOME, docker's own configuration, proxies.
/// Nothing else of gate's environment, and no GIT_*: what a child can't see, it can't leak.
Environment engine_environment(const Environment& env, const Endpoint& endpoint);

/// For `compose config`, which puts variables into the compose file: nothing that could be a secret.
Environment reading_environment(const Environment& env, const Endpoint& endpoint);

} // namespace gate
