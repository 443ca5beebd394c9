#include "engine/hazards.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "engine/compose_document.hpp"
#include "engine/compose_files.hpp"
#include "engine/hazard_judge.hpp"
#include "engine/service_limits.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// Harmless as they are, or dropped when the file is written anew (rewrite.cpp): ports, container_name,
// restart, logging, profiles, pull_policy.
const std::set<std::string_view>& harmless_service_keys() {
  static const std::set<std::string_view> k_keys{
      "attach", "develop", "cap_drop", "command", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota",
      "cpu_shares", "cpus", "cpuset", "depends_on", "dns", "dns_opt", "dns_search", "domainname", "entrypoint", "environment",
      "env_file", "expose", "extra_hosts", "group_add", "healthcheck", "hostname", "image", "init", "labels", "links", "logging",
      "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit", "pids_limit", "platform", "ports",
      "profiles", "pull_policy", "read_only", "restart", "shm_size", "stdin_open", "stop_grace_period", "stop_signal",
      "tmpfs", "tty", "ulimits", "user", "working_dir"};
  return k_keys;
}

// As a TOML basic string.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

} // namespace

bool HazardJudge::is_empty(const Json& value) {
  return value.is_null() || (value.is_boolean() && !value.get<bool>()) || value == "" || value == "false" ||
         ((value.is_array() || value.is_object()) && value.empty());
}

std::string HazardJudge::shown(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void HazardJudge::refuse(const std::string& what, const std::string& name) {
  if (!name.empty() && std::find(m_allow.begin(), m_allow.end(), name) != m_allow.end()) {
    m_judged.let_through.push_back(name);
    return;
  }
  const std::string how = name.empty() ? "" : "; the policy of the protected side could allow it: allow = [" + quoted(name) + "]";
  m_judged.refused.push_back({m_place + what + " is not allowed in a suite" + how, name});
}
void HazardJudge::refuse_value(const std::string& key, const Json& value) {
  if (value.is_array()) {
    for (const Json& item : value) {
      if (item.is_object() && key != "devices") {
        refuse(key + ": " + shown(item), key + " " + shown(item)); // its parts mean something together only
      } else {
        refuse_value(key, item);
      }
    }
    return;
  }
  const Json& source = member(value, "source");
  if (key == "devices") {
    const std::string spec = value.is_object() ? text_of(source) : shown(value);
    const std::string device = spec.substr(0, spec.find(':'));
    refuse("device " + device, "device " + device);
  } else if (value.is_object() && std::none_of(value.begin(), value.end(), [](const Json& it) { return it.is_structured(); })) {
    for (const auto& [name, item] : value.items()) {
      refuse(key + ": " + name + "=" + shown(item), key + " " + name + "=" + shown(item));
    }
  } else if (value.is_boolean() || key == "privileged") {
    refuse(key, key);
  } else {
    refuse(key + ": " + shown(value), key + " " + shown(value));
  }
}

// Where the tree's links could lead elsewhere it is named by where they lead; the machine's own links are the machine's affair.
std::string HazardJudge::bind_name(const fs::path& source, const fs::path& real) const {
  const bool climbs = std::find(source.begin(), source.end(), "..") != source.end();
  fs::path named = source.lexically_normal();
  if (climbs || begins_with(named.string(), m_tree.string())) {
    named = real;
  }
  if (named == "/var/run/docker.sock" || named == "/run/docker.sock") {
    return "docker.sock";
  }
  std::string text = named.string();
  while (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return "bind " + in_tree(text);
}

const std::map<std::string_view, HazardJudge::Check>& HazardJudge::checks() {
  static const std::map<std::string_view, Check> k_checks{{"build", &HazardJudge::build},
                                                          {"volumes", &HazardJudge::volumes},
                                                          {"volumes_from", &HazardJudge::volumes_from},
                                                          {"networks", &HazardJudge::networks},
                                                          {"network_mode", &HazardJudge::network_mode},
                                                          {"ipc", &HazardJudge::ipc},
                                                          {"pid", &HazardJudge::pid},
                                                          {"cgroup", &HazardJudge::cgroup},
                                                          {"security_opt", &HazardJudge::security_opt},
                                                          {"scale", &HazardJudge::scale},
                                                          {"isolation", &HazardJudge::isolation},
                                                          {"deploy", &HazardJudge::deploy},
                                                          {"secrets", &HazardJudge::secrets},
                                                          {"configs", &HazardJudge::configs}};
  return k_checks;
}

void HazardJudge::only(const Json& object, const std::string& of, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : map_of(object).items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end() && !begins_with(key, "x-") &&
        !is_empty(value)) {
      if (begins_with(of, "build.")) {
        refuse_always(of + key); // it would not be carried out
      } else if (m_kind.empty()) {
        refuse(of + key, of + key + (value.is_boolean() ? "" : " " + shown(value)));
      } else {
        refuse_shared(of + key, of + key, value);
      }
    }
  }
}

void HazardJudge::service(const std::string& name) {
  m_place = "service \"" + name + "\": ";
  const Json& definition = member(member(m_model, "services"), name.c_str());
  for (const auto& [key, value] : map_of(definition).items()) {
    if (harmless_service_keys().count(key) != 0 || begins_with(key, "x-") || is_empty(value)) {
      continue;
    }
    const auto check = checks().find(key);
    if (check != checks().end()) {
      (this->*check->second)(value);
      continue;
    }
    refuse_value(key, value);
  }
  for (const std::string& limit : unreadable_limits(definition)) {
    refuse_plainly(limit + " can't be read as a limit");
  }
}

void HazardJudge::build(const Json& value) {
  const Json build = value.is_string() ? Json{{"context", value}} : value;
  only(build, "build.",
       {"context", "dockerfile", "args", "target", "labels", "cache_from", "network", "shm_size",
        "extra_hosts", "no_cache", "pull", "tags", "isolation"});
  const std::string network = text_of(member(build, "network"));
  if (!network.empty() && network != "none" && network != "default") {
    refuse("build.network: " + network, "build.network " + network);
  }
  if (const Json& kind = member(build, "isolation"); !is_empty(kind) && kind != "default") {
    refuse("build.isolation: " + shown(kind), "build.isolation " + shown(kind));
  }
  const std::string context = without_escapes(text_of(member(build, "context")));
  if (context.find("://") != std::string::npos || begins_with(context, "git@") ||
      begins_with(context, "github.com/")) {
    refuse_always("the remote build context " + context);
    return;
  }
  const fs::path folder = m_tree / context;
  if (!lies_inside(m_tree, folder)) {
    refuse_always("the build context " + in_tree(context) + " outside of the tree");
    return;
  }
  const std::string named = without_escapes(text_of(member(build, "dockerfile")));
  const std::string dockerfile = named.empty() ? "Dockerfile" : named;
  if (!lies_inside(m_tree, folder / dockerfile)) {
    refuse_always("the dockerfile " + in_tree(dockerfile) + " outside of the tree");
    return;
  }
  // docker reads what these lead to, as it does with the Dockerfile.
  for (const fs::path& ignore : {folder / ".dockerignore", folder / (dockerfile + ".dockerignore")}) {
    std::error_code error;
    const fs::file_status there = fs::status(ignore, error);
    const std::string shown = in_tree(ignore.lexically_normal().string());
    if (!lies_inside(m_tree, ignore)) {
      refuse_always("the file " + shown + " outside of the tree");
    } else if (fs::exists(there) && !fs::is_regular_file(there)) {
      refuse_always(shown + ", which is no file,");
    }
  }
}

void HazardJudge::volumes(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    const std::optional<Mount> mount = parse_mount(item);
    if (!mount) {
      refuse_always("the volume " + shown(item));
      continue;
    }
    if (mount->kind == Mount::Kind::bind) {
      bind(*mount);
    } else if (mount->kind == Mount::Kind::volume && !mount->source.empty()) {
      m_volumes.insert(mount->source);
    }
  }
}

void HazardJudge::bind(const Mount& mount) {
  std::error_code error;
  const fs::path source = m_tree / mount.source;
  const fs::path real = fs::weakly_canonical(source, error);
  if (fs::is_socket(real, error) || real.filename() == "docker.sock" || source.filename() == "docker.sock") {
    refuse("the bind of the socket " + in_tree(mount.source), bind_name(source, real));
    return;
  }
  if (begins_with(mount.source, "~") || !lies_inside(m_tree, source)) {
    refuse("the bind of " + in_tree(mount.source) + ", which lies outside of the tree,", begins_with(mount.source, "~") ? "" : bind_name(source, real));
    return;
  }
  m_binds.push_back({m_place, mount.source, real, mount.writable});
}

// Whoever can write a folder can put a symlink in it, and the Engine follows it when it binds what lies
// there.
void HazardJudge::nested_binds() {
  for (const Bound& inner : m_binds) {
    const auto holds = [&](const Bound& outer) {
      const auto ends =
          std::mismatch(outer.real.begin(), outer.real.end(), inner.real.begin(), inner.real.end());
      return outer.writable && outer.real != inner.real && ends.first == outer.real.end();
    };
    const auto outer = std::find_if(m_binds.begin(), m_binds.end(), holds);
    if (outer != m_binds.end()) {
      m_place = inner.place;
      refuse_plainly("the bind of " + in_tree(inner.source) + " lies in " + in_tree(outer->source) +
                     ", which is bound writable; bind that one read-only (:ro)");
    }
  }
}

void HazardJudge::volumes_from(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    if (!item.is_string() || begins_with(item.get<std::string>(), "container:")) {
      refuse("volumes_from: " + shown(item), "volumes_from " + shown(item));
    }
  }
}

void HazardJudge::networks(const Json& value) {
  if (value.is_array()) {
    for (const Json& item : value) {
      m_networks.insert(text_of(item));
    }
    return;
  }
  for (const auto& [name, options] : map_of(value).items()) {
    m_networks.insert(name);
    only(options, "networks." + name + ".", {"aliases", "priority", "gw_priority"});
  }
}

void HazardJudge::sharing(const std::string& key, const Json& value, std::initializer_list<std::string_view> fine) {
  const std::string text = text_of(value);
  if (!begins_with(text, "service:") && std::find(fine.begin(), fine.end(), text) == fine.end()) {
    refuse(key + ": " + shown(value), text == "host" ? "host-" + (key == "network_mode" ? "network" : key) : key + " " + shown(value));
  }
}

void HazardJudge::security_opt(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    const std::string text = text_of(item);
    if (text != "no-new-privileges" && text != "no-new-privileges:true" && text != "no-new-privileges=true") {
      refuse("security_opt: " + shown(item), "security_opt " + shown(item));
    }
  }
}

void HazardJudge::isolation(const Json& value) {
  if (value != "default") {
    refuse("isolation: " + shown(value), "isolation " + shown(value));
  }
}

// Limits are those of one container: so many of a service have so many times as much.
void HazardJudge::count(const std::string& key, const Json& value) {
  if (value != 0 && value != 1 && value != "0" && value != "1" && !value.is_null()) {
    refuse(key + ": " + shown(value), key + " " + shown(value));
  }
}

void HazardJudge::deploy(const Json& value) {
  count("deploy.replicas", member(value, "replicas"));
  only(value, "deploy.",
       {"endpoint_mode", "labels", "mode", "placement", "replicas", "resources", "restart_policy",
        "rollback_config", "update_config"});
  const Json& resources = member(value, "resources");
  only(resources, "deploy.resources.", {"limits", "reservations"});
  only(member(resources, "limits"), "deploy.resources.limits.", {"cpus", "memory", "pids"});
  only(member(resources, "reservations"), "deploy.resources.reservations.", {"cpus", "memory"});
}

void HazardJudge::granted(const char* kind, const Json& value, std::set<std::string>& used) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    used.insert(text_of(item.is_object() ? member(item, "source") : item));
    only(item, std::string(kind) + ".", {"source", "target", "uid", "gid", "mode"});
  }
}

Judged hazards(const Json& model, const std::vector<std::string>& services, const fs::path& tree, const std::vector<std::string>& allow) {
  HazardJudge judge(model, tree, allow);
  for (const std::string& name : services) {
    judge.service(name);
  }
  judge.shared_things();
  judge.nested_binds();
  return std::move(judge).judged();
}

} // namespace gate
