#include "engine/rewrite.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "engine/compose_document.hpp"
#include "engine/compose_values.hpp"
#include "engine/mount.hpp"
#include "engine/service_limits.hpp"

namespace gate {

namespace {

constexpr std::array k_dropped{"build",    "container_name", "develop", "env_file",
                               "extends",  "label_file",     "logging", "ports",
                               "profiles", "pull_policy",    "restart"};

const Json& service_of(const Json& model, const std::string& name) {
  return member(member(model, "services"), name.c_str());
}

bool has_service(const Json& model, const std::string& name) {
  return service_of(model, name).is_object();
}

// Names in a list, or the keys of a map.
std::vector<std::string> names_in(const Json& value) {
  std::vector<std::string> names;
  if (value.is_object()) {
    for (const auto& [name, ignored] : value.items()) {
      names.push_back(name);
    }
  }
  for (const Json& item : list_of(value)) {
    names.push_back(text_of(item.is_object() ? member(item, "source") : item));
  }
  return names;
}

std::vector<std::string> leans_on(const Json& service) {
  std::vector<std::string> names = names_in(member(service, "depends_on"));
  for (const char* const key : {"links", "volumes_from"}) {
    for (const std::string& entry : names_in(member(service, key))) {
      names.push_back(entry.substr(0, entry.find(':'))); // "service:alias", "service:ro"
    }
  }
  constexpr std::string_view k_prefix = "service:";
  for (const char* const key : {"network_mode", "ipc", "pid"}) {
    if (const std::string mode = text_of(member(service, key)); mode.rfind(k_prefix, 0) == 0) {
      names.push_back(mode.substr(k_prefix.size()));
    }
  }
  return names;
}

void add_labels(Json& object, const Labels& labels) {
  if (!object.is_object()) {
    object = Json::object();
  }
  object["labels"] = with_labels(member(object, "labels"), labels);
}

// Of deploy only what limits the service; restart_policy would bring it back after a restart of the Engine.
void trim_deploy(Json& service) {
  const Json& deploy = member(service, "deploy");
  Json kept = Json::object();
  for (const char* const key : {"replicas", "resources"}) {
    if (const Json& value = member(deploy, key); !value.is_null()) {
      kept[key] = value;
    }
  }
  service.erase("deploy");
  if (kept.contains("resources")) {
    kept["resources"].erase("limits"); // they are the service's own by now
    if (kept["resources"].empty()) {
      kept.erase("resources");
    }
  }
  if (!kept.empty()) {
    service["deploy"] = kept;
  }
}

// What can't be read is refused (hazards.cpp); here the suite's own limits count then.
void limit(Json& service, const ContainerLimits& suite) {
  const ContainerLimits limits = service_limits(service, suite).value_or(suite);
  for (const char* const key : {"mem_limit", "cpus", "pids_limit"}) {
    service.erase(key);
  }
  constexpr double k_billion = 1e9;
  if (limits.memory > 0) {
    service["mem_limit"] = limits.memory;
    service["memswap_limit"] = limits.memory;
    if (const std::optional<std::int64_t> reserved = parse_bytes(member(service, "mem_reservation")); !reserved) {
      service.erase("mem_reservation");
    } else if (*reserved > limits.memory) {
      service["mem_reservation"] = limits.memory;
    }
  }
  if (limits.nano_cpus > 0) {
    service.erase("cpu_quota"); // the Engine takes one or the other
    service.erase("cpu_period");
    service["cpus"] = static_cast<double>(limits.nano_cpus) / k_billion;
  }
  if (limits.pids > 0) {
    service["pids_limit"] = limits.pids;
  }
}

// The Engine asks this machine's resolver for a container, past internal networks, where that is at a loopback address
// (CVE-2024-29018): each container gets one of its own that nobody answers at. The services' names are the Engine's own.
void shut_resolver(Json& service) {
  const std::string mode = text_of(member(service, "network_mode"));
  service.erase("dns");
  if (mode.empty() || mode == "bridge" || mode == "default") { // the Engine takes none with another container's network
    service["dns"] = Json::array({k_no_resolver});
  }
}

std::string with_escapes(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '$' ? "$$" : std::string(1, c); // compose's escape
  }
  return escaped;
}

// compose puts variables in when it reads this file, too, and not all that it writes as normalized is escaped: docker-compose
// 1.29 leaves volumes, volumes_from and security_opt as they are. Whatever is escaped stays as it is.
void escape_all(Json& value) {
  if (value.is_string()) {
    value = with_escapes(without_escapes(value.get<std::string>()));
  } else if (value.is_structured()) {
    for (Json& item : value) {
      escape_all(item);
    }
  }
}

std::string cache_name(std::size_t n) { return "gate-cache-" + std::to_string(n); }

void add_caches(Json& service, const Json& caches) {
  for (std::size_t n = 0; n < caches.size(); ++n) {
    service["volumes"].push_back({{"type", "volume"}, {"source", cache_name(n)}, {"target", with_escapes(text_of(member(caches[n], "Target")))}});
  }
}

// A variable without a value is compose's word for "take it from whoever starts this": nothing is taken.
void trim_environment(Json& service) {
  const Json value = member(service, "environment");
  Json kept = value.is_object() ? Json::object() : Json::array();
  for (const auto& [name, setting] : map_of(value).items()) {
    if (!setting.is_null()) {
      kept[name] = setting;
    }
  }
  for (const Json& item : list_of(value)) {
    if (text_of(item).find('=') != std::string::npos) {
      kept.push_back(item);
    }
  }
  service.erase("environment");
  if (!kept.empty()) {
    service["environment"] = kept;
  }
}

std::string escaped_path(const std::string& source, const std::filesystem::path& tree) {
  return with_escapes(judged_path(source, tree));
}

void fix_binds(Json& service, const std::filesystem::path& tree) {
  if (!service.contains("volumes")) {
    return;
  }
  for (Json& entry : service["volumes"]) {
    const std::optional<Mount> mount = parse_mount(entry);
    if (!mount || mount->kind != Mount::Kind::bind) {
      continue;
    }
    const std::string path = escaped_path(mount->source, tree);
    if (entry.is_object()) {
      entry["source"] = path;
    } else {
      const std::string text = text_of(entry);
      entry = path + text.substr(text.find(':'));
    }
  }
}

void trim_dependencies(Json& service, const std::set<std::string>& started) {
  for (const char* const key : {"depends_on", "links", "volumes_from"}) {
    const Json value = member(service, key);
    service.erase(key);
    Json kept = value.is_object() ? Json::object() : Json::array();
    for (const auto& [name, detail] : map_of(value).items()) {
      if (started.count(name) != 0) {
        kept[name] = detail;
      }
    }
    for (const Json& item : list_of(value)) {
      const std::string text = text_of(item);
      if (started.count(text.substr(0, text.find(':'))) != 0) {
        kept.push_back(item);
      }
    }
    if (!kept.empty()) {
      service[key] = kept;
    }
  }
}

Json rewritten_service(const Json& model, const std::string& name, const Rewrite& how) {
  Json service = service_of(model, name);
  for (const char* const key : k_dropped) {
    service.erase(key);
  }
  limit(service, how.limits);
  trim_deploy(service);
  trim_environment(service);
  fix_binds(service, how.tree);
  if (name == how.tested) {
    add_caches(service, how.caches);
  }
  if (const std::string mode = text_of(member(service, "network_mode"));
      how.network == SuiteNetwork::none && (mode == "bridge" || mode == "default")) {
    service.erase("network_mode"); // the Engine's own bridge has a way out
  }
  if (how.network == SuiteNetwork::none) {
    shut_resolver(service);
  }
  trim_dependencies(service, {how.services.begin(), how.services.end()});
  // json-file keeps everything that a service says, 30 MB a second of a flood, if nothing limits it.
  service["logging"] = {{"driver", "json-file"}, {"options", {{"max-size", "20m"}, {"max-file", "1"}}}};
  if (const auto image = how.images.find(name); image != how.images.end()) {
    service["image"] = image->second;
  }
  add_labels(service, how.labels);
  return service;
}

// Networks and volumes get the project's name.
Json shared(const Json& model, const char* kind, const std::set<std::string>& used, const Labels& labels) {
  Json result = Json::object();
  for (const std::string& name : used) {
    Json definition = member(member(model, kind), name.c_str());
    if (!definition.is_object()) {
      definition = Json::object();
    }
    if (const Json& external = member(definition, "external"); is_true(external) || external.is_object()) {
      result[name] = definition; // let through by name; it outlives the run
      continue;
    }
    definition.erase("name");
    add_labels(definition, labels);
    result[name] = definition;
  }
  return result;
}

// Secrets and configs have no life of their own.
Json granted_files(const Json& model, const char* kind, const std::set<std::string>& used, const std::filesystem::path& tree) {
  Json result = Json::object();
  for (const std::string& name : used) {
    Json definition = member(member(model, kind), name.c_str());
    definition.erase("name");
    if (definition.contains("file")) {
      definition["file"] = escaped_path(without_escapes(text_of(definition["file"])), tree);
    }
    result[name] = definition;
  }
  return result;
}

// The file may have a volume of this name itself: then the cache has it in this run.
bool is_cache(const std::string& volume, const std::string& service, const Rewrite& how) {
  return service == how.tested && volume.rfind("gate-cache-", 0) == 0;
}

} // namespace

Json with_labels(const Json& own, const Labels& labels) {
  Json all = Json::object();
  for (const auto& [name, value] : map_of(own).items()) {
    all[name] = value;
  }
  for (const Json& item : list_of(own)) {
    const std::string text = text_of(item);
    const std::size_t equals = std::min(text.find('='), text.size());
    all[text.substr(0, equals)] = equals < text.size() ? text.substr(equals + 1) : std::string();
  }
  for (const auto& [name, value] : labels) {
    all[name] = value;
  }
  return all;
}

std::string judged_path(const std::string& source, const std::filesystem::path& tree) {
  std::error_code error;
  return std::filesystem::weakly_canonical(tree / source, error).string();
}

std::vector<std::string> services_to_start(const Json& model, const ComposeSource& source) {
  std::set<std::string> found;
  const std::function<void(const std::string&)> visit = [&](const std::string& name) {
    if (!has_service(model, name) || !found.insert(name).second || source.scope == ServiceScope::alone) {
      return;
    }
    for (const std::string& other : leans_on(service_of(model, name))) {
      visit(other);
    }
  };
  visit(source.service);
  if (source.scope == ServiceScope::whole_file) {
    for (const std::string& name : names_in(member(model, "services"))) {
      const Json& profiles = member(service_of(model, name), "profiles");
      if (profiles.is_null() || profiles.empty()) {
        visit(name);
      }
    }
  }
  return {found.begin(), found.end()};
}

std::string rewritten(const Json& model, const Rewrite& how) {
  Json file = Json::object();
  std::set<std::string> networks{"default"};
  std::set<std::string> volumes;
  std::set<std::string> secrets;
  std::set<std::string> configs;
  for (const std::string& name : how.services) {
    const Json service = rewritten_service(model, name, how);
    for (const std::string& network : names_in(member(service, "networks"))) {
      networks.insert(network);
    }
    for (const Json& entry : list_of(member(service, "volumes"))) {
      const std::optional<Mount> mount = parse_mount(entry);
      const bool is_named = mount && mount->kind == Mount::Kind::volume && !mount->source.empty();
      if (is_named && !is_cache(mount->source, name, how)) {
        volumes.insert(mount->source);
      }
    }
    for (const std::string& secret : names_in(member(service, "secrets"))) {
      secrets.insert(secret);
    }
    for (const std::string& config : names_in(member(service, "configs"))) {
      configs.insert(config);
    }
    file["services"][name] = service;
  }
  if (const Json& version = member(model, "version"); version.is_string()) {
    file["version"] = version;
  }
  file["networks"] = shared(model, "networks", networks, how.labels);
  if (how.network == SuiteNetwork::none) {
    for (Json& network : file["networks"]) {
      network["internal"] = true;
      network["driver_opts"][k_no_host_address] = "true";
    }
  }
  file["volumes"] = shared(model, "volumes", volumes, how.labels);
  for (std::size_t n = 0; n < how.caches.size(); ++n) {
    file["volumes"][cache_name(n)] = {{"external", true}, {"name", member(how.caches[n], "Source")}};
  }
  file["secrets"] = granted_files(model, "secrets", secrets, how.tree);
  file["configs"] = granted_files(model, "configs", configs, how.tree);
  escape_all(file);
  return file.dump(1, ' ', true, Json::error_handler_t::replace);
}

} // namespace gate
