#include "engine/compose_document.hpp"
#include "engine/hazards.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "engine/compose_files.hpp"
#include "engine/mount.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// Harmless as they are, or dropped when the file is written anew (rewrite.cpp): ports, container_name,
// restart, logging, profiles, pull_policy.
const std::set<std::string_view>& harmless_service_keys() {
  static const std::set<std::string_view> k_keys{"attach",
                                                 "develop",
                                                 "cap_drop",
                                                 "command",
                                                 "container_name",
                                                 "cpu_count",
                                                 "cpu_percent",
                                                 "cpu_period",
                                                 "cpu_quota",
                                                 "cpu_shares",
                                                 "cpus",
                                                 "cpuset",
                                                 "depends_on",
                                                 "dns",
                                                 "dns_opt",
                                                 "dns_search",
                                                 "domainname",
                                                 "entrypoint",
                                                 "environment",
                                                 "env_file",
                                                 "expose",
                                                 "extra_hosts",
                                                 "group_add",
                                                 "healthcheck",
                                                 "hostname",
                                                 "image",
                                                 "init",
                                                 "labels",
                                                 "links",
                                                 "logging",
                                                 "mac_address",
                                                 "mem_limit",
                                                 "mem_reservation",
                                                 "mem_swappiness",
                                                 "memswap_limit",
                                                 "pids_limit",
                                                 "platform",
                                                 "ports",
                                                 "profiles",
                                                 "pull_policy",
                                                 "read_only",
                                                 "restart",
                                                 "scale",
                                                 "shm_size",
                                                 "stdin_open",
                                                 "stop_grace_period",
                                                 "stop_signal",
                                                 "tmpfs",
                                                 "tty",
                                                 "ulimits",
                                                 "user",
                                                 "working_dir"};
  return k_keys;
}

bool is_empty(const Json& value) {
  return value.is_null() || (value.is_boolean() && !value.get<bool>()) || value == "" || value == "false" ||
         ((value.is_array() || value.is_object()) && value.empty());
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool begins_with(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

/// Judges one model.
class Judge {
public:
  Judge(const Json& model, const fs::path& tree) : m_model(model), m_tree(tree) {}

  void service(const std::string& name);
  void shared_things();
  void nested_binds();
  std::vector<std::string> sentences() && { return std::move(m_sentences); }

private:
  using Check = void (Judge::*)(const Json&);
  static const std::map<std::string_view, Check>& checks();

  void refuse(const std::string& what) {
    m_sentences.push_back(m_place + what + " is not allowed in a suite");
  }
  // compose makes paths absolute; the reader knows them as they are in the repository.
  std::string in_tree(const std::string& path) const {
    const std::string top = m_tree.string() + "/";
    return begins_with(path, top) ? "./" + path.substr(top.size()) : path;
  }
  void refuse_plainly(const std::string& what) { m_sentences.push_back(m_place + what); }
  void only(const Json& object, const std::string& of, std::initializer_list<std::string_view> keys);

  void build(const Json& value);
  void volumes(const Json& value);
  void bind(const Mount& mount);
  void volumes_from(const Json& value);
  void networks(const Json& value);
  void network_mode(const Json& value) { sharing("network_mode", value, {"none", "bridge", "default"}); }
  void ipc(const Json& value) { sharing("ipc", value, {"none", "private", "shareable"}); }
  void pid(const Json& value) { sharing("pid", value, {}); }
  void cgroup(const Json& value) { sharing("cgroup", value, {"private"}); }
  void sharing(const std::string& key, const Json& value, std::initializer_list<std::string_view> fine);
  void security_opt(const Json& value);
  void isolation(const Json& value);
  void deploy(const Json& value);
  void granted(const char* kind, const Json& value, std::set<std::string>& used);
  void secrets(const Json& value) { granted("secrets", value, m_secrets); }
  void configs(const Json& value) { granted("configs", value, m_configs); }

  void network(const std::string& name, const Json& definition);
  void volume(const std::string& name, const Json& definition);
  void file_object(const std::string& kind, const std::string& name, const Json& definition);

  struct Bound {
    std::string place;
    std::string source;
    fs::path real;
    bool writable;
  };

  const Json& m_model;
  const fs::path& m_tree;
  std::string m_place;
  std::set<std::string> m_networks{"default"};
  std::set<std::string> m_volumes;
  std::set<std::string> m_secrets;
  std::set<std::string> m_configs;
  std::vector<Bound> m_binds;
  std::vector<std::string> m_sentences;
};

const std::map<std::string_view, Judge::Check>& Judge::checks() {
  static const std::map<std::string_view, Check> k_checks{{"build", &Judge::build},
                                                          {"volumes", &Judge::volumes},
                                                          {"volumes_from", &Judge::volumes_from},
                                                          {"networks", &Judge::networks},
                                                          {"network_mode", &Judge::network_mode},
                                                          {"ipc", &Judge::ipc},
                                                          {"pid", &Judge::pid},
                                                          {"cgroup", &Judge::cgroup},
                                                          {"security_opt", &Judge::security_opt},
                                                          {"isolation", &Judge::isolation},
                                                          {"deploy", &Judge::deploy},
                                                          {"secrets", &Judge::secrets},
                                                          {"configs", &Judge::configs}};
  return k_checks;
}

void Judge::only(const Json& object, const std::string& of, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : map_of(object).items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end() && !begins_with(key, "x-") &&
        !is_empty(value)) {
      refuse(of + key);
    }
  }
}

void Judge::service(const std::string& name) {
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
    const bool wants_a_value = value.is_string() && key != "privileged";
    refuse(wants_a_value ? key + ": " + shown(value) : key);
  }
}

void Judge::build(const Json& value) {
  const Json build = value.is_string() ? Json{{"context", value}} : value;
  only(build, "build.",
       {"context", "dockerfile", "args", "target", "labels", "cache_from", "network", "shm_size",
        "extra_hosts", "no_cache", "pull", "tags", "isolation"});
  const std::string network = text_of(member(build, "network"));
  if (!network.empty() && network != "none" && network != "default") {
    refuse("build.network: " + network);
  }
  if (const Json& kind = member(build, "isolation"); !is_empty(kind) && kind != "default") {
    refuse("build.isolation: " + shown(kind));
  }
  const std::string context = without_escapes(text_of(member(build, "context")));
  if (context.find("://") != std::string::npos || begins_with(context, "git@") ||
      begins_with(context, "github.com/")) {
    refuse("the remote build context " + context);
    return;
  }
  const fs::path folder = m_tree / context;
  if (!lies_inside(m_tree, folder)) {
    refuse("the build context " + in_tree(context) + " outside of the tree");
    return;
  }
  const std::string dockerfile = without_escapes(text_of(member(build, "dockerfile")));
  if (!lies_inside(m_tree, folder / (dockerfile.empty() ? "Dockerfile" : dockerfile))) {
    refuse("the dockerfile " + in_tree(dockerfile) + " outside of the tree");
  }
}

void Judge::volumes(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    const std::optional<Mount> mount = parse_mount(item);
    if (!mount) {
      refuse("the volume " + shown(item));
      continue;
    }
    if (mount->kind == Mount::Kind::bind) {
      bind(*mount);
    } else if (mount->kind == Mount::Kind::volume && !mount->source.empty()) {
      m_volumes.insert(mount->source);
    }
  }
}

void Judge::bind(const Mount& mount) {
  std::error_code error;
  const fs::path source = m_tree / mount.source;
  const fs::path real = fs::weakly_canonical(source, error);
  if (fs::is_socket(real, error) || real.filename() == "docker.sock" || source.filename() == "docker.sock") {
    refuse("the bind of the socket " + in_tree(mount.source));
    return;
  }
  if (begins_with(mount.source, "~") || !lies_inside(m_tree, source)) {
    refuse("the bind of " + in_tree(mount.source) + ", which lies outside of the tree,");
    return;
  }
  m_binds.push_back({m_place, mount.source, real, mount.writable});
}

// Whoever can write a folder can put a symlink in it, and the Engine follows it when it binds what lies
// there.
void Judge::nested_binds() {
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

void Judge::volumes_from(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    if (!item.is_string() || begins_with(item.get<std::string>(), "container:")) {
      refuse("volumes_from: " + shown(item));
    }
  }
}

void Judge::networks(const Json& value) {
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

void Judge::sharing(const std::string& key, const Json& value, std::initializer_list<std::string_view> fine) {
  const std::string text = text_of(value);
  if (!begins_with(text, "service:") && std::find(fine.begin(), fine.end(), text) == fine.end()) {
    refuse(key + ": " + shown(value));
  }
}

void Judge::security_opt(const Json& value) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    const std::string text = text_of(item);
    if (text != "no-new-privileges" && text != "no-new-privileges:true" && text != "no-new-privileges=true") {
      refuse("security_opt: " + shown(item));
    }
  }
}

void Judge::isolation(const Json& value) {
  if (value != "default") {
    refuse("isolation: " + shown(value));
  }
}

void Judge::deploy(const Json& value) {
  only(value, "deploy.",
       {"endpoint_mode", "labels", "mode", "placement", "replicas", "resources", "restart_policy",
        "rollback_config", "update_config"});
  const Json& resources = member(value, "resources");
  only(resources, "deploy.resources.", {"limits", "reservations"});
  only(member(resources, "limits"), "deploy.resources.limits.", {"cpus", "memory", "pids"});
  only(member(resources, "reservations"), "deploy.resources.reservations.", {"cpus", "memory"});
}

void Judge::granted(const char* kind, const Json& value, std::set<std::string>& used) {
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    used.insert(text_of(item.is_object() ? member(item, "source") : item));
    only(item, std::string(kind) + ".", {"source", "target", "uid", "gid", "mode"});
  }
}

void Judge::network(const std::string& name, const Json& definition) {
  m_place = "network \"" + name + "\": ";
  only(definition, "", {"name", "driver", "internal", "attachable", "labels"});
  if (const Json& driver = member(definition, "driver");
      !is_empty(driver) && driver != "bridge" && driver != "default") {
    refuse("driver: " + shown(driver));
  }
}

void Judge::volume(const std::string& name, const Json& definition) {
  m_place = "volume \"" + name + "\": ";
  only(definition, "", {"name", "driver", "labels"});
  if (const Json& driver = member(definition, "driver");
      !is_empty(driver) && driver != "local" && driver != "default") {
    refuse("driver: " + shown(driver));
  }
}

void Judge::file_object(const std::string& kind, const std::string& name, const Json& definition) {
  m_place = kind + " \"" + name + "\": ";
  only(definition, "", {"name", "file", "content", "labels"});
  const Json& file = member(definition, "file");
  if (file.is_null()) {
    return;
  }
  Mount mount;
  mount.source = without_escapes(text_of(file));
  mount.writable = false;
  bind(mount);
}

void Judge::shared_things() {
  const auto each = [&](const char* kind, const std::set<std::string>& used, const auto& check) {
    for (const std::string& name : used) {
      if (const Json& definition = member(member(m_model, kind), name.c_str()); !definition.is_null()) {
        check(name, definition);
      }
    }
  };
  each("networks", m_networks, [&](const std::string& name, const Json& it) { network(name, it); });
  each("volumes", m_volumes, [&](const std::string& name, const Json& it) { volume(name, it); });
  each("secrets", m_secrets,
       [&](const std::string& name, const Json& it) { file_object("secret", name, it); });
  each("configs", m_configs,
       [&](const std::string& name, const Json& it) { file_object("config", name, it); });
}

} // namespace

std::vector<std::string> hazards(const Json& model, const std::vector<std::string>& services,
                                 const fs::path& tree) {
  Judge judge(model, tree);
  for (const std::string& name : services) {
    judge.service(name);
  }
  judge.shared_things();
  judge.nested_binds();
  return std::move(judge).sentences();
}

} // namespace gate
