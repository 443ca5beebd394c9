// The compose file that gate runs: the tree's, normalized, with only what the suite needs.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/engine_api.hpp"
#include "engine/json.hpp"
#include "policy/policy.hpp"

namespace gate {

/// The services that the suite starts, sorted: the named one and whatever it leans on (depends_on, links,
/// volumes_from, service:… modes); it alone; or every service without a profile as well.
std::vector<std::string> services_to_start(const Json& model, const ComposeSource& source);

struct Rewrite {
  std::vector<std::string> services;
  std::map<std::string, std::string> images; ///< of the services that gate has built
  Labels labels;                             ///< for every container, network and volume
  std::filesystem::path tree;                ///< relative sources of binds are seen from here
};

/// Drops what would bind the run to the machine or outlive it (ports, container_name, restart, logging, fixed
/// names of networks and volumes), profiles and build; adds the labels. Binds, secrets and configs get the path that was
/// judged, without symlinks: one that a container changes later leads the Engine nowhere. The result is ASCII JSON, which
/// is YAML, too.
std::string rewritten(const Json& model, const Rewrite& how);

} // namespace gate
