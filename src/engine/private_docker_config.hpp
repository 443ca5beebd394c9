// docker's configuration for one program that gate starts: the user's own, with a login that no file has.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "os/files.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

/// A folder for DOCKER_CONFIG (0700, with a name of its own), gone when this is. Its config.json is a symlink to a memory file of this
/// process (memfd_create(2)), which only this user's programs can open, and only while this lives; what else is in it are symlinks into
/// the user's own folder.
class PrivateDockerConfig {
public:
  /// In $XDG_RUNTIME_DIR, or else in $TMPDIR or /tmp. `login` is null for a registry that asks for none.
  static Result<PrivateDockerConfig> make(const Environment& env, const std::string& registry, const RegistryLogin* login);

  const std::filesystem::path& folder() const { return m_folder.path(); }

private:
  PrivateDockerConfig(TemporaryFolder folder, Fd memory) : m_folder(std::move(folder)), m_memory(std::move(memory)) {}

  TemporaryFolder m_folder;
  Fd m_memory;
};

/// The text of such a config.json: what `own` (the user's; may be empty or no JSON) says of proxies, headers, plugins, features and of
/// other registries, whose images a build may begin with, and this one login. https://docs.docker.com/reference/cli/docker/, "Configuration files"
Secret docker_config_text(std::string_view own, const std::string& registry, const RegistryLogin* login);

/// Under which names docker's configuration may have a registry's login; the first is what docker writes.
std::vector<std::string> login_names_of(const std::string& registry);

} // namespace gate
