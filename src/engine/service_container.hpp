// A service of a normalized compose file as a container of the Engine's API.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include <tl/expected.hpp>

#include "engine/engine_api.hpp"
#include "engine/json.hpp"
#include "engine/suite_session.hpp"

namespace gate {

inline constexpr const char* k_service_label = "com.docker.compose.service";

/// What a container gets besides what its service says.
struct ContainerWish {
  std::string project; ///< compose's word for all that one run makes: the beginning of each name
  Labels labels;
  ContainerLimits limits;
  std::filesystem::path tree;   ///< its binds are judged already
  Json mounts = Json::array();  ///< caches: entries of HostConfig.Mounts
};

struct ServiceContainer {
  std::string name;            ///< of the container
  Json body;                   ///< of POST /containers/create, but for "Image"
  std::string network;         ///< the key in the file's "networks"
  std::set<std::string> volumes; ///< keys in the file's "volumes"
};

/// The container that docker-compose 1.29 would make of the service, or, as error, the key that gate leaves to compose, or whose value it
/// does. Keys that a run drops (rewrite.hpp) count as understood.
tl::expected<ServiceContainer, std::string> service_container(const std::string& service, const Json& definition, const ContainerWish& wish);

/// The name of a network or volume of the file in this run.
inline std::string name_in_project(const std::string& project, const std::string& name) { return project + "_" + name; }

/// The keys of a service that service_container() understands, sorted; docs/suites.md lists them.
std::set<std::string_view> understood_service_keys();

} // namespace gate
