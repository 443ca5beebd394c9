// What a service's container may have: what its file says and what its suite says, whichever is less.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/json.hpp"
#include "engine/suite_session.hpp"

namespace gate {

/// Of a service of a normalized compose file: mem_limit, cpus (or cpu_quota of a cpu_period), pids_limit, deploy.resources.limits. Nothing
/// when one of them can't be read.
std::optional<ContainerLimits> service_limits(const Json& definition, const ContainerLimits& suite);

/// The limits of a service that can't be read, "pids_limit: -5" each: what the service would be run with is not known.
std::vector<std::string> unreadable_limits(const Json& definition);

} // namespace gate
