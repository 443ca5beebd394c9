#include "engine/compose_tool.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace gate {

namespace {

constexpr std::chrono::seconds k_version_limit{20};

// Where the docker CLI looks for plugins. https://github.com/docker/cli cli-plugins/manager
bool plugin_is_installed(const Environment& env) {
  const std::string home = value_of(env, "HOME").value_or("");
  const std::array folders{value_of(env, "DOCKER_CONFIG").value_or(home + "/.docker") + "/cli-plugins",
                           std::string("/usr/local/lib/docker/cli-plugins"),
                           std::string("/usr/local/libexec/docker/cli-plugins"),
                           std::string("/usr/lib/docker/cli-plugins"),
                           std::string("/usr/libexec/docker/cli-plugins"),
                           std::string("/opt/homebrew/lib/docker/cli-plugins")};
  std::error_code error;
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return std::filesystem::exists(folder + "/docker-compose", error);
  });
}

void append(std::vector<std::string>& argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

} // namespace

Result<ComposeTool> find_compose(const Environment& env, const Interrupt& interrupt) {
  const bool has_v1 = find_program("docker-compose", env).has_value();
  // Asking docker costs a tenth of a second: where v1 is there, only if a plugin seems to be.
  if (find_program("docker", env) && (!has_v1 || plugin_is_installed(env))) {
    const CommandLimits limits{std::chrono::steady_clock::now() + k_version_limit, &interrupt, {}};
    const Result<Captured> version = run_captured({{"docker", "compose", "version"}, env, {}}, limits);
    if (!version && version.error().kind == ErrorKind::interrupted) {
      return Failure(version.error());
    }
    if (version && version->end.ok()) {
      return ComposeTool{ComposeTool::Generation::v2, {"docker", "compose"}};
    }
  }
  if (has_v1) {
    return ComposeTool{ComposeTool::Generation::v1, {"docker-compose"}};
  }
  return could_not_run("the suite needs docker compose, which is not installed",
                       "install the package docker-compose-plugin (Docker's) or docker-compose (Debian's)");
}

std::vector<std::string> config_argv(const ComposeTool& tool, const std::filesystem::path& file) {
  std::vector<std::string> argv = tool.argv;
  append(argv, {"--project-name", "gate", "--file", file.string(), "--project-directory",
                file.parent_path().string()});
  if (tool.generation == ComposeTool::Generation::v2) {
    append(argv, {"--profile", "*"}); // v1 shows them all by itself
  }
  append(argv, {"config"});
  return argv;
}

std::vector<std::string> up_argv(const ComposeTool& tool, const ComposeUp& up) {
  std::vector<std::string> argv = tool.argv;
  append(argv,
         {"--ansi", "never", "--project-name", up.project, "--file", up.file.string(), "--project-directory",
          up.folder.string(), "--env-file", up.empty_env.string(), "up", "--detach", "--no-build"});
  if (tool.generation == ComposeTool::Generation::v2) {
    append(argv, {"--pull", "never", "--quiet-pull"});
  }
  return argv;
}

} // namespace gate
