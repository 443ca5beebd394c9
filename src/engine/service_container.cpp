#include "engine/service_container.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "engine/compose_document.hpp"
#include "engine/compose_values.hpp"
#include "engine/mount.hpp"
#include "engine/rewrite.hpp"
#include "engine/service_limits.hpp"

namespace gate {

namespace {

using Texts = std::optional<std::vector<std::string>>;

/// Builds one container. Each member understands one key, or says that it does not.
class Making {
public:
  Making(const std::string& service, const ContainerWish& wish) : m_service(service), m_wish(wish) {}

  using Take = bool (Making::*)(const Json&);
  static const std::map<std::string_view, Take>& table();
  bool take(const std::string& key, const Json& value);
  ServiceContainer finish(const ContainerLimits& limits) &&;

private:
  bool dropped(const Json&) { return true; }
  bool command(const Json& value) { return words("Cmd", value); }
  bool entrypoint(const Json& value) { return words("Entrypoint", value); }
  bool words(const char* where, const Json& value);
  bool text(Json& where, const Json& value);
  bool flag(Json& where, const Json& value);
  bool texts(Json& where, const Json& value);
  bool environment(const Json& value);
  bool working_dir(const Json& value) { return text(m_body["WorkingDir"], value); }
  bool user(const Json& value) { return text(m_body["User"], value); }
  bool hostname(const Json& value) { return text(m_body["Hostname"], value); }
  bool stop_signal(const Json& value) { return text(m_body["StopSignal"], value); }
  bool tty(const Json& value) { return flag(m_body["Tty"], value); }
  bool stdin_open(const Json& value) { return flag(m_body["OpenStdin"], value); }
  bool init(const Json& value) { return flag(m_host["Init"], value); }
  bool read_only(const Json& value) { return flag(m_host["ReadonlyRootfs"], value); }
  bool cap_drop(const Json& value) { return value.is_array() && texts(m_host["CapDrop"], value); }
  bool dns(const Json& value) { return texts(m_host["Dns"], value); }
  bool extra_hosts(const Json& value);
  bool shm_size(const Json& value);
  bool ulimits(const Json& value);
  bool tmpfs(const Json& value);
  bool volumes(const Json& value);
  bool short_volume(const Mount& mount);
  bool long_volume(const Mount& mount, const Json& entry);
  bool bind(const Mount& mount, const std::string& options);
  bool healthcheck(const Json& value);
  bool expose(const Json& value);
  bool labels(const Json& value);
  bool networks(const Json& value);
  bool scale(const Json& value) { return value == 1; }
  bool deploy(const Json& value);

  const std::string& m_service;
  const ContainerWish& m_wish;
  Json m_body = Json::object();
  Json m_host = Json::object();
  Json m_labels = Json::object();
  std::vector<std::string> m_aliases;
  std::string m_network = "default";
  std::set<std::string> m_volumes;
};

// What gate understands, and what a run drops. docs/suites.md has the same list.
const std::map<std::string_view, Making::Take>& Making::table() {
  static const std::map<std::string_view, Take> k_table{
      {"attach", &Making::dropped},           {"build", &Making::dropped},          {"cap_drop", &Making::cap_drop},
      {"command", &Making::command},          {"container_name", &Making::dropped}, {"cpus", &Making::dropped}, // finish() has limits
      {"depends_on", &Making::dropped},       {"deploy", &Making::deploy},          {"develop", &Making::dropped},
      {"dns", &Making::dns},                  {"entrypoint", &Making::entrypoint},  {"env_file", &Making::dropped},
      {"environment", &Making::environment},  {"expose", &Making::expose},          {"extends", &Making::dropped},
      {"extra_hosts", &Making::extra_hosts},  {"healthcheck", &Making::healthcheck}, {"hostname", &Making::hostname},
      {"image", &Making::dropped},            {"init", &Making::init},              {"label_file", &Making::dropped},
      {"labels", &Making::labels},            {"logging", &Making::dropped},        {"mem_limit", &Making::dropped},
      {"networks", &Making::networks},        {"pids_limit", &Making::dropped},     {"ports", &Making::dropped},
      {"profiles", &Making::dropped},         {"pull_policy", &Making::dropped},    {"read_only", &Making::read_only},
      {"restart", &Making::dropped},          {"scale", &Making::scale},            {"shm_size", &Making::shm_size},
      {"stdin_open", &Making::stdin_open},    {"stop_grace_period", &Making::dropped}, {"stop_signal", &Making::stop_signal},
      {"tmpfs", &Making::tmpfs},              {"tty", &Making::tty},                {"ulimits", &Making::ulimits},
      {"user", &Making::user},                {"volumes", &Making::volumes},        {"working_dir", &Making::working_dir}};
  return k_table;
}

bool Making::take(const std::string& key, const Json& value) {
  if (value.is_null() || key.rfind("x-", 0) == 0) {
    return true;
  }
  const auto found = table().find(key);
  return found != table().end() && (this->*found->second)(value);
}

// An empty one takes the image's away or does not, by the version of compose.
bool Making::words(const char* where, const Json& value) {
  Texts words = plain_texts(value);
  if (words && value.is_string()) {
    words = split_words(words->front());
  }
  if (!words || words->empty() || (value.is_array() && std::any_of(value.begin(), value.end(), [](const Json& it) { return !it.is_string(); }))) {
    return false;
  }
  m_body[where] = *words;
  return true;
}

bool Making::text(Json& where, const Json& value) {
  const std::optional<std::string> text = plain_text(value);
  where = text.value_or("");
  return text.has_value();
}

bool Making::flag(Json& where, const Json& value) {
  where = is_true(value);
  return value.is_boolean();
}

bool Making::texts(Json& where, const Json& value) {
  const Texts texts = plain_texts(value);
  where = texts.value_or(std::vector<std::string>());
  return texts.has_value();
}

// A variable without a value would come from whoever starts this: nothing is taken (rewrite.cpp).
bool Making::environment(const Json& value) {
  Json list = Json::array();
  for (const auto& [name, setting] : map_of(value).items()) {
    const std::optional<std::string> text = plain_text(setting);
    if ((!text && !setting.is_null()) || name.find('$') != std::string::npos) {
      return false;
    }
    if (text) {
      list.push_back(name + "=" + *text);
    }
  }
  for (const Json& item : list_of(value)) {
    const std::optional<std::string> text = plain_text(item);
    if (!text) {
      return false;
    }
    if (text->find('=') != std::string::npos) {
      list.push_back(*text);
    }
  }
  m_body["Env"] = list;
  return value.is_structured();
}

bool Making::extra_hosts(const Json& value) {
  Json list = Json::array();
  for (const auto& [name, address] : map_of(value).items()) {
    list.push_back(name + ":" + text_of(address));
  }
  for (const Json& item : list_of(value)) {
    list.push_back(text_of(item));
  }
  m_host["ExtraHosts"] = list;
  // "host=address" is of later versions of compose.
  return value.is_structured() && std::all_of(list.begin(), list.end(), [](const Json& item) {
           const std::string& text = item.get_ref<const std::string&>();
           return text.find_first_of("=$") == std::string::npos && text.find(':') != std::string::npos && text.back() != ':';
         });
}

bool Making::shm_size(const Json& value) {
  const std::optional<std::int64_t> bytes = parse_bytes(value);
  m_host["ShmSize"] = bytes.value_or(0);
  return bytes.has_value();
}

bool Making::ulimits(const Json& value) {
  Json list = Json::array();
  for (const auto& [name, limit] : map_of(value).items()) {
    const Json& soft = limit.is_object() ? member(limit, "soft") : limit;
    const Json& hard = limit.is_object() ? member(limit, "hard") : limit;
    if (!soft.is_number_integer() || !hard.is_number_integer() || (limit.is_object() && !has_only(limit, {"soft", "hard"}))) {
      return false;
    }
    list.push_back({{"Name", name}, {"Soft", soft}, {"Hard", hard}});
  }
  m_host["Ulimits"] = list;
  return value.is_object();
}

bool Making::tmpfs(const Json& value) {
  const Texts entries = plain_texts(value);
  for (const std::string& entry : entries.value_or(std::vector<std::string>())) {
    const std::size_t colon = std::min(entry.find(':'), entry.size());
    m_host["Tmpfs"][entry.substr(0, colon)] = colon < entry.size() ? entry.substr(colon + 1) : std::string();
  }
  return entries.has_value();
}

bool Making::volumes(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [&](const Json& entry) {
           const std::optional<Mount> mount = parse_mount(entry);
           return mount && !mount->target.empty() && (entry.is_object() || plain_text(entry)) &&
                  (mount->is_long ? long_volume(*mount, entry) : short_volume(*mount));
         });
}

bool Making::bind(const Mount& mount, const std::string& options) {
  const std::string source = judged_path(mount.source, m_wish.tree);
  m_host["Binds"].push_back(source + ":" + mount.target + (options.empty() ? "" : ":" + options));
  return (source + mount.target).find(':') == std::string::npos;
}

bool Making::short_volume(const Mount& mount) {
  if (mount.kind == Mount::Kind::bind) {
    return bind(mount, mount.options);
  }
  if (mount.source.empty()) {
    m_body["Volumes"][mount.target] = Json::object();
    return true;
  }
  m_volumes.insert(mount.source);
  m_host["Binds"].push_back(name_in_project(m_wish.project, mount.source) + ":" + mount.target + (mount.options.empty() ? "" : ":" + mount.options));
  return true;
}

bool Making::long_volume(const Mount& mount, const Json& entry) {
  const Json& text = member(entry, "source");
  if ((!text.is_null() && !plain_text(text)) || !plain_text(member(entry, "target"))) {
    return false;
  }
  Json made{{"Target", mount.target}, {"ReadOnly", !mount.writable}};
  const Json& of_bind = member(entry, "bind");
  const Json& of_volume = member(entry, "volume");
  const Json& of_tmpfs = member(entry, "tmpfs");
  switch (mount.kind) {
  case Mount::Kind::bind:
    if (is_true(member(of_bind, "create_host_path"))) { // as compose v2 spells a short one
      return has_only(of_bind, {"create_host_path"}) && bind(mount, mount.writable ? "rw" : "ro");
    }
    made["Type"] = "bind";
    made["Source"] = judged_path(mount.source, m_wish.tree);
    m_host["Mounts"].push_back(made);
    return has_only(of_bind, {"create_host_path"});
  case Mount::Kind::volume:
    made["Type"] = "volume";
    if (!mount.source.empty()) {
      m_volumes.insert(mount.source);
      made["Source"] = name_in_project(m_wish.project, mount.source);
    }
    if (is_true(member(of_volume, "nocopy"))) {
      made["VolumeOptions"] = {{"NoCopy", true}};
    }
    m_host["Mounts"].push_back(made);
    return has_only(of_volume, {"nocopy"});
  case Mount::Kind::tmpfs:
    break;
  }
  made["Type"] = "tmpfs";
  if (const std::optional<std::int64_t> size = parse_bytes(member(of_tmpfs, "size"))) {
    made["TmpfsOptions"] = {{"SizeBytes", *size}};
  }
  m_host["Mounts"].push_back(made);
  return has_only(of_tmpfs, {"size"}) && (member(of_tmpfs, "size").is_null() || made.contains("TmpfsOptions"));
}

bool Making::healthcheck(const Json& value) {
  const std::optional<Json> check = parse_healthcheck(value);
  m_body["Healthcheck"] = check.value_or(Json());
  return check.has_value();
}

bool Making::expose(const Json& value) {
  for (const std::string& port : plain_texts(value).value_or(std::vector<std::string>{"?"})) {
    const std::size_t digits = std::min(port.find_first_not_of("0123456789"), port.size());
    const std::string protocol = port.substr(digits);
    if (digits == 0 || (!protocol.empty() && protocol != "/tcp" && protocol != "/udp")) {
      return false;
    }
    m_body["ExposedPorts"][port.substr(0, digits) + (protocol.empty() ? "/tcp" : protocol)] = Json::object();
  }
  return true;
}

bool Making::labels(const Json& value) {
  m_labels = with_labels(value, {});
  for (Json& label : m_labels) {
    const std::optional<std::string> text = label.is_null() ? std::string() : plain_text(label);
    if (!text) {
      return false;
    }
    label = *text;
  }
  return value.is_structured();
}

// One only: the API of these versions makes a container with one.
bool Making::networks(const Json& value) {
  if (!value.is_structured() || value.size() != 1) {
    return false;
  }
  if (value.is_array()) {
    m_network = text_of(value.front());
    return !m_network.empty();
  }
  m_network = value.begin().key();
  const Json& options = value.begin().value();
  for (const Json& alias : list_of(member(options, "aliases"))) {
    const std::optional<std::string> text = plain_text(alias);
    if (!text) {
      return false;
    }
    m_aliases.push_back(*text);
  }
  return has_only(options, {"aliases", "priority"});
}

// What is not about limits is for swarms only; limits are read by service_limits().
bool Making::deploy(const Json& value) {
  const Json& replicas = member(value, "replicas");
  const Json& mode = member(value, "mode");
  return (replicas.is_null() || replicas == 1) && (mode.is_null() || mode == "replicated") &&
         has_only(member(value, "resources"), {"limits"}) && has_only(member(member(value, "resources"), "limits"), {"cpus", "memory", "pids"});
}

ServiceContainer Making::finish(const ContainerLimits& limits) && {
  const std::string& project = m_wish.project;
  if (limits.memory > 0) {
    m_host["Memory"] = limits.memory;
    m_host["MemorySwap"] = limits.memory;
  }
  if (limits.nano_cpus > 0) {
    m_host["NanoCpus"] = limits.nano_cpus;
  }
  if (limits.pids > 0) {
    m_host["PidsLimit"] = limits.pids;
  }
  for (const Json& mount : m_wish.mounts) {
    m_host["Mounts"].push_back(mount);
  }
  // json-file keeps everything that a service says, 30 MB a second of a flood, if nothing limits it.
  m_host["LogConfig"] = {{"Type", "json-file"}, {"Config", {{"max-size", "20m"}, {"max-file", "1"}}}};
  const std::string network = name_in_project(project, m_network);
  m_host["NetworkMode"] = network;
  m_aliases.push_back(m_service);
  m_body["NetworkingConfig"]["EndpointsConfig"][network]["Aliases"] = m_aliases;
  Labels labels = m_wish.labels;
  labels["com.docker.compose.project"] = project;
  labels[k_service_label] = m_service;
  labels["com.docker.compose.container-number"] = "1";
  labels["com.docker.compose.oneoff"] = "False";
  m_body["Labels"] = with_labels(m_labels, labels);
  m_body["HostConfig"] = m_host;
  return {name_in_project(project, m_service) + "_1", m_body, m_network, m_volumes};
}

} // namespace

tl::expected<ServiceContainer, std::string> service_container(const std::string& service, const Json& definition, const ContainerWish& wish) {
  Making making(service, wish);
  for (const auto& [key, value] : map_of(definition).items()) {
    if (!making.take(key, value)) {
      return tl::unexpected(key);
    }
  }
  const std::optional<ContainerLimits> limits = service_limits(definition, wish.limits);
  if (!limits) {
    return tl::unexpected<std::string>("limits");
  }
  return std::move(making).finish(*limits);
}

std::set<std::string_view> understood_service_keys() {
  std::set<std::string_view> keys;
  for (const auto& [key, ignored] : Making::table()) {
    keys.insert(key);
  }
  return keys;
}

} // namespace gate
