#include "engine/private_docker_config.hpp"

#include <cerrno>
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

// A helper comes before what the file itself has of a registry, and a store before everything.
Json without_logins(std::string_view own, const std::string& registry) {
  Json config = parse_json(own);
  if (!config.is_object()) {
    return Json::object();
  }
  for (const char* const key : {"auths", "credsStore", "currentContext"}) {
    config.erase(key);
  }
  if (const auto helpers = config.find("credHelpers"); helpers != config.end()) {
    for (const std::string& name : login_names_of(registry)) {
      if (helpers->is_object()) {
        helpers->erase(name);
      }
    }
  }
  return config;
}

} // namespace

std::vector<std::string> login_names_of(const std::string& registry) {
  if (registry == "docker.io") {
    return {"https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"};
  }
  return {registry, "https://" + registry, "https://" + registry + "/", "http://" + registry};
}

Secret docker_config_text(std::string_view own, const std::string& registry, const RegistryLogin* login) {
  const std::string rest = without_logins(own, registry).dump(-1, ' ', true, Json::error_handler_t::replace);
  const std::size_t size = login == nullptr ? 0 : login->user.size() + login->password.reveal().size();
  std::string json;
  json.reserve(rest.size() + 6 * (2 * size + registry.size()) + 200);
  json.append(rest, 0, rest.size() - 1); // without its closing brace
  json += rest.size() > 2 ? R"(,"auths":{)" : R"("auths":{)";
  if (login != nullptr) {
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
