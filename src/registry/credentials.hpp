// Where the login for a registry comes from.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "policy/image_name.hpp"
#include "ports.hpp"

namespace gate::registry {

/// What docker would log in with: its config.json in $DOCKER_CONFIG or $HOME/.docker, and the credential
/// helper that it names (docker-credential-helpers, `get`). Nothing when there is none; the config is never
/// written.
Result<std::optional<RegistryLogin>> dockers_login(const Environment& env, const Interrupt& interrupt,
                                                   const ImageName& name);

/// The command that makes a login where there is none, or the wrong one.
std::string login_command(const ImageName& name);

} // namespace gate::registry
