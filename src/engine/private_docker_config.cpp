#include "engine/private_docker_config.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/json.hpp"
#include "engine/login_text.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_file = "config.json";

fs::path own_folder(const Environment& env) {
  const std::string named = value_of(env, "DOCKER_CONFIG").value_or("");
  const std::string home = value_of(env, "HOME").value_or("");
  std::error_code error;
  return named.empty() && home.empty() ? fs::path() : fs::absolute(named.empty() ? home + "/.docker" : named, error);
}

Result<TemporaryFolder> private_folder(const Environment& env) {
  for (const char* const name : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const std::string parent = value_of(env, name).value_or("");
    std::error_code error;
    if (fs::path(parent).is_absolute() && fs::is_directory(parent, error)) {
      if (Result<TemporaryFolder> folder = TemporaryFolder::make(parent, "docker-")) {
        return folder;
      }
    }
  }
  return TemporaryFolder::make("/tmp", "docker-");
}

Result<Fd> memory_with(const Secret& text) {
  Fd memory(memfd_create("docker-config", MFD_CLOEXEC));
  if (!memory || fchmod(memory.get(), S_IRUSR) != 0) {
    return could_not_run("cannot make a file in memory for docker's login: " + std::generic_category().message(errno));
  }
  if (const Result<void> written = write_all(memory.get(), text.reveal()); !written) {
    return Failure(written.error());
  }
  return memory;
}

Result<void> link_to(const fs::path& target, const fs::path& link) {
  std::error_code error;
  fs::create_symlink(target, link, error);
  return error ? Failure(file_error("cannot make the link", link, error.value())) : Result<void>();
}

// What docker calls an "auth": user and password in base64, or a token that is exchanged for others.
void append_login(std::string& json, const RegistryLogin& login) {
  if (login.user == k_identity_token_user) {
    json += R"({"identitytoken":)";
    append_json_string(json, login.password.reveal());
  } else {
    std::string both;
    both.reserve(login.user.size() + login.password.reveal().size() + 32);
    both += login.user;
    both += ':';
    both += login.password.reveal();
    const Secret plain(std::move(both));
    json += R"({"auth":)";
    append_json_string(json, base64_of(plain.reveal(), Base64::plain).reveal());
  }
  json += '}';
}

// docker compares hosts: "https://registry/v1/" is "registry".
std::string host_of(const std::string& key) {
  const std::size_t scheme = key.find("://");
  const std::string rest = scheme == std::string::npos ? key : key.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

void erase_registry(Json& by_name, const std::string& registry) {
  const std::vector<std::string> names = login_names_of(registry);
  for (auto entry = by_name.begin(); entry != by_name.end();) {
    const std::string host = host_of(entry.key());
    const bool is_its = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return host_of(name) == host; });
    entry = is_its ? by_name.erase(entry) : std::next(entry);
  }
}

// A helper comes before what the file itself has of a registry, and a store before everything: what the store has of the other registries,
// whose names are in `auths`, is asked of it as of their helper. They hold base images.
Json without_login_of(std::string_view own, const std::string& registry) {
  Json config = parse_json(own);
  if (!config.is_object()) {
    return Json::object();
  }
  const std::string store = text_of(member(config, "credsStore"));
  for (const char* const key : {"credsStore", "currentContext"}) {
    config.erase(key);
  }
  for (const char* const key : {"auths", "credHelpers"}) {
    if (const auto logins = config.find(key); logins != config.end() && !logins->is_object()) {
      config.erase(logins);
    } else if (logins != config.end()) {
      erase_registry(*logins, registry);
    }
  }
  if (!store.empty()) {
    for (const auto& [name, login] : map_of(member(config, "auths")).items()) {
      config["credHelpers"].emplace(name, store);
    }
  }
  return config;
}

// Keys of Json are not overwritten when they go; what is in them is the user's own file, which stays anyway.
std::string text_of_json(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

} // namespace

std::vector<std::string> login_names_of(const std::string& registry) {
  if (registry == "docker.io") {
    return {"https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"};
  }
  return {registry, "https://" + registry, "https://" + registry + "/", "http://" + registry};
}

Secret docker_config_text(std::string_view own, const std::string& registry, const RegistryLogin* login) {
  Json config = without_login_of(own, registry);
  const Secret auths(text_of_json(map_of(member(config, "auths"))));
  config.erase("auths");
  const std::string rest = text_of_json(config);
  const std::string& others = auths.reveal();
  const std::size_t size = login == nullptr ? 0 : login->user.size() + login->password.reveal().size();
  std::string json;
  json.reserve(rest.size() + others.size() + 6 * (2 * size + registry.size()) + 200);
  json.append(rest, 0, rest.size() - 1); // without its closing brace
  json += rest.size() > 2 ? R"(,"auths":{)" : R"("auths":{)";
  json.append(others, 1, others.size() - 2);
  if (login != nullptr) {
    json += others.size() > 2 ? "," : "";
    append_json_string(json, login_names_of(registry).front());
    json += ':';
    append_login(json, *login);
  }
  json += "}}";
  return Secret(std::move(json));
}

Result<PrivateDockerConfig> PrivateDockerConfig::make(const Environment& env, const std::string& registry, const RegistryLogin* login) {
  Result<TemporaryFolder> folder = private_folder(env);
  if (!folder) {
    return Failure(folder.error());
  }
  const fs::path own = own_folder(env);
  const Result<std::optional<std::string>> text = own.empty() ? std::optional<std::string>() : read_file(own / k_file);
  Result<Fd> memory = memory_with(docker_config_text(text && *text ? **text : std::string(), registry, login));
  if (!memory) {
    return Failure(memory.error());
  }
  const fs::path in_memory = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(memory->get());
  if (const Result<void> linked = link_to(in_memory, folder->path() / k_file); !linked) {
    return Failure(linked.error());
  }
  for (const char* const name : {"cli-plugins", "contexts", "tls", "buildx", "ca.pem", "cert.pem", "key.pem"}) {
    std::error_code error;
    if (own.empty() || !fs::exists(own / name, error)) {
      continue;
    }
    if (const Result<void> linked = link_to(own / name, folder->path() / name); !linked) {
      return Failure(linked.error());
    }
  }
  return PrivateDockerConfig(*std::move(folder), *std::move(memory));
}

} // namespace gate
