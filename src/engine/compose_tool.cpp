#include "engine/compose_tool.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <sys/stat.h>

namespace gate {

namespace {

constexpr std::chrono::seconds k_version_limit{20};

// Where the docker CLI looks for plugins. https://github.com/docker/cli cli-plugins/manager
std::vector<std::string> plugins(const Environment& env) {
  const std::string home = value_of(env, "HOME").value_or("");
  const std::array folders{value_of(env, "DOCKER_CONFIG").value_or(home + "/.docker") + "/cli-plugins",
                           std::string("/usr/local/lib/docker/cli-plugins"),
                           std::string("/usr/local/libexec/docker/cli-plugins"),
                           std::string("/usr/lib/docker/cli-plugins"),
                           std::string("/usr/libexec/docker/cli-plugins"),
                           std::string("/opt/homebrew/lib/docker/cli-plugins")};
  std::vector<std::string> found;
  std::error_code error;
  for (const std::string& folder : folders) {
    if (std::filesystem::exists(folder + "/docker-compose", error)) {
      found.push_back(folder + "/docker-compose");
    }
  }
  return found;
}

// A package that brings a new version brings a new file.
std::string print_of(const std::string& program) {
  struct stat facts {};
  if (stat(program.c_str(), &facts) != 0) {
    return {};
  }
  std::error_code error;
  std::string print = std::filesystem::canonical(program, error).string();
  for (const auto number : {std::intmax_t{facts.st_size}, std::intmax_t{facts.st_mtim.tv_sec}, std::intmax_t{facts.st_mtim.tv_nsec}}) {
    print += " " + std::to_string(number);
  }
  return print + "\n";
}

void append(std::vector<std::string>& argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

} // namespace

Result<ComposeTool> find_compose(const Environment& env, const Interrupt& interrupt) {
  const bool has_v1 = find_program("docker-compose", env).has_value();
  // Asking docker costs a tenth of a second: where v1 is there, only if a plugin seems to be.
  if (find_program("docker", env) && (!has_v1 || !plugins(env).empty())) {
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

std::string compose_fingerprint(const Environment& env) {
  std::string print;
  for (const std::string& program : plugins(env)) {
    print += print_of(program);
  }
  const std::optional<std::string> v1 = find_program("docker-compose", env);
  return v1 ? print + print_of(*v1) : print;
}

std::vector<std::string> config_argv(const ComposeTool& tool, const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> argv = tool.argv;
  append(argv, {"--project-name", "gate"});
  for (const std::filesystem::path& file : files) {
    append(argv, {"--file", file.string()});
  }
  append(argv, {"--project-directory", files.front().parent_path().string()});
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
