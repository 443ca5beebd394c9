// The compose file that gate runs: the tree's, normalized, with only what the suite needs.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/engine_api.hpp"
#include "engine/json.hpp"
#include "engine/suite_session.hpp"
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
  ContainerLimits limits = {};               ///< of every service, unless its own are stricter
  SuiteNetwork network = SuiteNetwork::own;
  std::string tested = {};                   ///< the service that gets the caches
  Json caches = Json::array();               ///< see cache_mounts()
};

/// The labels of a network, volume, or service as a map, these labels among them.
Json with_labels(const Json& own, const Labels& labels);

/// An option of bridges. "internal" alone leaves the machine itself in reach, by its address on the bridge: with this it has none there.
inline constexpr const char* k_no_host_address = "com.docker.network.bridge.inhibit_ipv4";

/// The resolver of each container of a suite without a network: nobody answers there.
inline constexpr const char* k_no_resolver = "0.0.0.0";

/// The path that the Engine is to bind: as it was judged, without symlinks.
std::string judged_path(const std::string& source, const std::filesystem::path& tree);

/// Drops what would bind the run to the machine or outlive it (ports, container_name, restart, logging, fixed
/// names of networks and volumes), profiles and build; adds the labels. Binds, secrets and configs get the path that was
/// judged, without symlinks: one that a container changes later leads the Engine nowhere. Limits are written into every service; a suite
/// without a network has internal ones and no resolver. compose puts no variable into any value. The result is ASCII JSON, which is YAML, too.
std::string rewritten(const Json& model, const Rewrite& how);

} // namespace gate
