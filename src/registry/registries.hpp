// The registries and Docker Hub's build triggers, as the ports want them.
#pragma once

#include <memory>

#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

/// Logins come from AWS's keys in the environment (for ECR) or from docker's configuration. `interrupt`
/// outlives both.
std::unique_ptr<Registries> make_registries(Environment env, const Interrupt& interrupt);

std::unique_ptr<BuildTriggers> make_build_triggers(Environment env, const Interrupt& interrupt);

} // namespace gate
