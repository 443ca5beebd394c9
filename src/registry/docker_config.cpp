#include "registry/docker_config.hpp"

#include <utility>

#include "base/redact.hpp"
#include "base/base64.hpp"
#include "registry/foreign_words.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

constexpr const char* k_hub_key = "https://index.docker.io/v1/";

bool is_helper_name(std::string_view name) {
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
         std::string_view::npos;
}

// Entries of old have a scheme and a path: docker compares their hosts, too.
std::string_view host_of(std::string_view key) {
  const std::size_t scheme = key.find("://");
  key.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + 3);
  return key.substr(0, key.find('/'));
}

const Json& entry_for(const Json& auths, const std::string& key) {
  if (const Json& exact = member(auths, key); exact.is_object()) {
    return exact;
  }
  if (auths.is_object()) {
    for (const auto& [name, entry] : auths.items()) {
      if (host_of(name) == host_of(key)) {
        return entry;
      }
    }
  }
  return member(Json(), "");
}

Result<std::optional<RegistryLogin>> login_from(const Json& entry, const std::string& key) {
  if (std::string token = text_of(member(entry, "identitytoken")); !token.empty()) {
    return RegistryLogin{std::string(k_identity_token_user), Secret(std::move(token))};
  }
  if (std::string user = text_of(member(entry, "username")); !user.empty()) {
    return RegistryLogin{std::move(user), Secret(text_of(member(entry, "password")))};
  }
  const Secret encoded(text_of(member(entry, "auth")));
  if (encoded.empty()) {
    return std::optional<RegistryLogin>();
  }
  auto bytes = from_base64(encoded.reveal());
  const Secret decoded(bytes ? *std::move(bytes) : std::string());
  const std::size_t colon = decoded.reveal().find(':');
  if (colon == std::string::npos || colon == 0) {
    return could_not_run("the login for " + key + " is not base64 of user:password");
  }
  const std::string& text = decoded.reveal();
  const std::size_t end = text.find_last_not_of('\0'); // padded by docker of old
  return RegistryLogin{text.substr(0, colon), Secret(text.substr(colon + 1, end - colon))};
}

} // namespace

std::string login_key_of(const ImageName& name) {
  return name.registry == "docker.io" ? k_hub_key : name.registry;
}

Result<ConfiguredLogin> configured_login(std::string_view config, const std::string& key) {
  const SecretJson json(config);
  if (!json.get().is_object()) {
    return could_not_run("it is no JSON object");
  }
  ConfiguredLogin result;
  result.helper = text_of(member(member(json.get(), "credHelpers"), key));
  if (result.helper.empty()) {
    result.helper = text_of(member(json.get(), "credsStore"));
  }
  if (!is_helper_name(result.helper)) {
    return could_not_run(in_quotes(result.helper) + " is no name of a credential helper");
  }
  if (result.helper.empty()) {
    Result<std::optional<RegistryLogin>> login = login_from(entry_for(member(json.get(), "auths"), key), key);
    if (!login) {
      return Failure(login.error());
    }
    result.login = std::move(*login);
  }
  return result;
}

Result<std::optional<RegistryLogin>> helper_login(const std::string& helper, bool ended_well,
                                                  std::string_view output) {
  const std::string program = "docker-credential-" + helper;
  if (!ended_well) {
    // The protocol has no code for it: docker compares the sentence, too (docker-credential-helpers,
    // errors.go).
    if (output.find("credentials not found in native keychain") != std::string_view::npos) {
      return std::optional<RegistryLogin>();
    }
    Redactor unsaid;
    const SecretJson json(output); // a login all the same, perhaps
    const Secret password(text_of(member(json.get(), "Secret")));
    unsaid.add_login(text_of(member(json.get(), "Username")), password.reveal());
    return could_not_run(program + " gives no login" + said(unsaid.redacted(output)),
                         "see what it says: echo REGISTRY | " + program + " get");
  }
  const SecretJson json(output);
  std::string user = text_of(member(json.get(), "Username"));
  Secret password(text_of(member(json.get(), "Secret")));
  if (user.empty() && password.empty() && json.get().is_object()) {
    return std::optional<RegistryLogin>();
  }
  if (user.empty() || password.empty()) {
    return could_not_run(program + " gives an answer that is no login");
  }
  return RegistryLogin{std::move(user), std::move(password)};
}

} // namespace gate::registry
