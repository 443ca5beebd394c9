// What docker's own configuration says about logins (docker/cli, cli/config/configfile/file.go). It is only
// read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "policy/image_name.hpp"
#include "ports.hpp"

namespace gate::registry {

/// Under which name docker keeps the login for a registry: Docker Hub has one from older days.
std::string login_key_of(const ImageName& name);

/// Where the login is, or the login itself; neither means that there is none.
struct ConfiguredLogin {
  std::string helper; ///< "ecr-login" for docker-credential-ecr-login
  std::optional<RegistryLogin> login;
};

/// An error is a sentence without the file's name.
Result<ConfiguredLogin> configured_login(std::string_view config, const std::string& key);

/// Nothing when the helper has no login for it; `ended_well` is whether it ended with 0.
Result<std::optional<RegistryLogin>> helper_login(const std::string& helper, bool ended_well,
                                                  std::string_view output);

} // namespace gate::registry
