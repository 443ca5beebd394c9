// Which Engine gate talks to, and what the programs that it starts may see of gate's environment.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/process.hpp"

namespace gate {

/// The socket's path in "unix:///var/run/docker.sock". Any other kind of host is an error that says what is
/// supported.
Result<std::string> socket_of_host(std::string_view host);

/// The docker CLI's context, if one other than "default" is in use: DOCKER_CONTEXT, else what its config.json
/// (may be empty) names. https://docs.docker.com/engine/manage-resources/contexts/
std::optional<std::string> context_in_use(const Environment& env, std::string_view config_json);

/// As the docker CLI chooses it, so that both always mean the same Engine: DOCKER_HOST, else the context's
/// host (asked of `docker context inspect`), else /var/run/docker.sock.
Result<std::string> find_socket(const Environment& env, const Interrupt& interrupt);

/// For docker and compose where they talk to the Engine: PATH, HOME, docker's own configuration, proxies.
/// Nothing else of gate's environment, and no GIT_*: what a child can't see, it can't leak.
Environment engine_environment(const Environment& env, const std::string& socket_path);

/// For `compose config`, which puts variables into the compose file: nothing that could be a secret.
Environment reading_environment(const Environment& env, const std::string& socket_path);

} // namespace gate
