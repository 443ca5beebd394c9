// The registries and Docker Hub's build triggers, as the ports want them.
#pragma once

#include <memory>

#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

/// Logins come from AWS's credentials (for ECR; aws_credentials.hpp) or from docker's configuration. `interrupt`
/// outlives them all.
std::unique_ptr<Registries> make_registries(Environment env, const Interrupt& interrupt);

std::unique_ptr<BuildTriggers> make_build_triggers(Environment env, const Interrupt& interrupt);

std::unique_ptr<Webhooks> make_webhooks(Environment env, const Interrupt& interrupt);

} // namespace gate
