#include "engine/platform_builds.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/ascii.hpp"
#include "engine/compose_files.hpp"
#include "engine/endpoint.hpp"
#include "engine/heartbeat.hpp"
#include "engine/json.hpp"
#include "engine/private_docker_config.hpp"
#include "engine/push_answer.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds k_buildx_limit{20};
constexpr std::size_t k_kept_output = 64U << 10U;

fs::path context_of(const PlatformSource& source) { return (source.tree / source.build.context).lexically_normal(); }

fs::path dockerfile_of(const PlatformSource& source) {
  const std::string& named = source.build.dockerfile;
  return (named.empty() ? source.tree / source.build.context / "Dockerfile" : source.tree / named).lexically_normal();
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += (all.empty() ? "" : ",") + text;
  }
  return all;
}

// buildx reads all of them on this machine, and follows them where they are links.
Result<void> lies_in_the_tree(const PlatformSource& source) {
  const fs::path context = context_of(source);
  const fs::path dockerfile = dockerfile_of(source);
  const auto shown = [&](const fs::path& path) { return path.lexically_relative(source.tree).string(); };
  std::error_code error;
  if (!fs::is_directory(context, error)) {
    return could_not_run("the tree has no folder " + shown(context), "correct the suite's build");
  }
  if (!fs::is_regular_file(dockerfile, error)) {
    return could_not_run("the tree has no " + shown(dockerfile), "correct the suite's build");
  }
  for (const fs::path& path : {context, dockerfile, context / ".dockerignore", fs::path(dockerfile.string() + ".dockerignore")}) {
    if (fs::exists(fs::symlink_status(path, error)) && !lies_inside(source.tree, path)) {
      return could_not_run(shown(path) + " lies outside of the tree", "name a path that stays inside of the tree, also where it is a symlink");
    }
  }
  return {};
}

// What the command says went wrong: the last line that calls itself an error, or else the last one.
std::string_view reason_in(std::string_view output) {
  std::string_view last;
  std::string_view error;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    line = line.substr(0, line.find_last_not_of("\r \t") + 1);
    if (!line.empty()) {
      last = line;
    }
    if (lower(line.substr(0, 6)) == "error:") {
      error = line.substr(6);
    }
  }
  const std::string_view found = error.empty() ? last : error;
  return found.substr(std::min(found.find_first_not_of(' '), found.size()));
}

/// One build and push for several platforms.
class PlatformPush {
public:
  PlatformPush(const OutboxEntry& entry, ImageName name, const RegistryLogin* login)
      : m_entry(entry), m_name(std::move(name)), m_login(login) {}

  Error failure(std::string_view output) const;
  Result<Digest> digest_in(const fs::path& metadata) const;

private:
  std::string for_platforms() const { return m_name.str() + " for " + joined(m_entry.platforms); }
  std::string remedy_for(std::string_view reason) const;

  const OutboxEntry& m_entry;
  ImageName m_name;
  const RegistryLogin* m_login;
};

// Texts of buildx and BuildKit.
std::string PlatformPush::remedy_for(std::string_view reason) const {
  const auto has = [&](std::string_view sign) { return reason.find(sign) != std::string_view::npos; };
  if (has("not supported for the docker driver") || has("not currently supported for docker driver") || has("multiple platforms feature")) {
    return "docker buildx create --use makes a builder that can";
  }
  if (has("exec format error")) {
    return "have the builder's machine run programs of these platforms: docker run --privileged --rm tonistiigi/binfmt --install all";
  }
  if (has("unknown flag")) {
    return "install buildx 0.10 or later";
  }
  return "docker buildx build --platform " + joined(m_entry.platforms) + " in a checkout of " + m_entry.commit.hex() + " shows all of it";
}

Error PlatformPush::failure(std::string_view output) const {
  constexpr std::string_view k_push = "failed to push";
  const std::string_view reason = reason_in(output);
  if (const std::size_t push = reason.find(k_push); push != std::string_view::npos) {
    return push_refusal(reason.substr(push), m_name, m_entry.commit_tags.front(), m_login).error;
  }
  return {ErrorKind::could_not_run,
          "docker buildx could not build " + for_platforms() + ": " + shown_without_login(reason, m_login, m_name.registry), remedy_for(reason)};
}

Result<Digest> PlatformPush::digest_in(const fs::path& metadata) const {
  constexpr std::string_view k_algorithm = "sha256:";
  const Result<std::optional<std::string>> text = read_file(metadata);
  if (!text) {
    return Failure(text.error());
  }
  const std::string digest = *text ? text_of(member(parse_json(**text), "containerimage.digest")) : std::string();
  if (digest.rfind(k_algorithm, 0) == 0) {
    if (std::optional<Digest> parsed = Digest::parse(std::string_view(digest).substr(k_algorithm.size()))) {
      return *std::move(parsed);
    }
  }
  return could_not_run("docker buildx did not say what it has pushed as " + for_platforms(), "gate publish looks at the registry again");
}

class BuildxBuilds final : public PlatformBuilds {
public:
  BuildxBuilds(Environment env, const Interrupt& interrupt, std::function<Result<PlatformSource>(const OutboxEntry&)> source_of)
      : m_env(std::move(env)), m_interrupt(interrupt), m_source_of(std::move(source_of)) {}

  Result<Digest> push(const OutboxEntry& entry, const RegistryLogin* login, Progress& progress) override;

private:
  Result<void> find_buildx(const OutboxEntry& entry, const Environment& child) const;
  Result<CommandEnd> run(const std::vector<std::string>& argv, const Environment& child, const Endpoint& endpoint, Progress& progress,
                         std::string& output) const;

  Environment m_env;
  const Interrupt& m_interrupt;
  std::function<Result<PlatformSource>(const OutboxEntry&)> m_source_of;
};

Environment with_configuration(Environment env, const fs::path& folder) {
  constexpr std::string_view k_variable = "DOCKER_CONFIG=";
  std::erase_if(env, [&](const std::string& it) { return it.rfind(k_variable, 0) == 0; });
  env.push_back(std::string(k_variable) + folder.string());
  return env;
}

Result<void> BuildxBuilds::find_buildx(const OutboxEntry& entry, const Environment& child) const {
  const CommandLimits limits{std::chrono::steady_clock::now() + k_buildx_limit, &m_interrupt, {}};
  const Result<Captured> version = find_program("docker", child) ? run_captured({{"docker", "buildx", "version"}, child, {}}, limits)
                                                                 : Result<Captured>(Captured{{CommandEnd::How::exited, 127}, {}, {}});
  if (!version) {
    return Failure(version.error());
  }
  if (!version->end.ok()) {
    return could_not_run("[publish." + entry.rule + "]: platforms needs docker buildx, which is not here",
                         "install docker's buildx plugin (https://github.com/docker/buildx), or take platforms out");
  }
  return {};
}

// A build may rightly take hours: what has a limit is an Engine that no longer answers.
Result<CommandEnd> BuildxBuilds::run(const std::vector<std::string>& argv, const Environment& child, const Endpoint& endpoint,
                                     Progress& progress, std::string& output) const {
  Http http(endpoint);
  const Heartbeat heartbeat(http, {std::nullopt, &m_interrupt, [&] { progress.tick(); }});
  return run_streaming({argv, child, {}}, heartbeat.patience(), [&](std::string_view bytes) {
    output += bytes;
    if (output.size() > 2 * k_kept_output) {
      output.erase(0, output.size() - k_kept_output);
    }
  });
}

Result<Digest> BuildxBuilds::push(const OutboxEntry& entry, const RegistryLogin* login, Progress& progress) {
  const std::optional<ImageName> name = ImageName::parse(entry.destination);
  if (!name || entry.commit_tags.empty() || entry.platforms.empty()) {
    return could_not_run("the publication " + entry.rule + " names no image for several platforms");
  }
  const Result<Endpoint> endpoint = find_endpoint(m_env, m_interrupt);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  const Result<PrivateDockerConfig> config = PrivateDockerConfig::make(m_env, name->registry, login);
  if (!config) {
    return Failure(config.error());
  }
  const Environment child = with_configuration(engine_environment(m_env, *endpoint), config->folder());
  if (const Result<void> found = find_buildx(entry, child); !found) {
    return Failure(found.error());
  }
  const Result<PlatformSource> source = m_source_of(entry);
  if (!source) {
    return Failure(source.error());
  }
  if (const Result<void> inside = lies_in_the_tree(*source); !inside) {
    return Failure(inside.error());
  }
  const fs::path metadata = config->folder() / "metadata.json";
  std::string output;
  const Result<CommandEnd> end = run(buildx_argv(*source, entry, metadata), child, *endpoint, progress, output);
  if (!end) {
    return Failure(end.error());
  }
  if (end->how == CommandEnd::How::timed_out) {
    return could_not_run("the Engine at " + endpoint->host + " stopped answering during the build", "docker version says whether it answers again");
  }
  const PlatformPush push(entry, *name, login);
  return end->ok() ? push.digest_in(metadata) : Failure(push.failure(output));
}

} // namespace

std::vector<std::string> buildx_argv(const PlatformSource& source, const OutboxEntry& entry, const fs::path& metadata) {
  std::vector<std::string> argv{"docker", "buildx", "build", "--progress", "plain", "--platform", joined(entry.platforms)};
  argv.insert(argv.end(), {"--file", dockerfile_of(source).string()});
  if (!source.build.target.empty()) {
    argv.insert(argv.end(), {"--target", source.build.target});
  }
  for (const auto& [name, value] : source.build.args) {
    argv.insert(argv.end(), {"--build-arg", name + "=" + value});
  }
  const std::string tag = entry.commit_tags.empty() ? std::string() : ":" + entry.commit_tags.front();
  argv.insert(argv.end(), {"--tag", entry.destination + tag, "--push", "--provenance=false", "--sbom=false"});
  argv.insert(argv.end(), {"--metadata-file", metadata.string(), context_of(source).string()});
  return argv;
}

std::unique_ptr<PlatformBuilds> make_platform_builds(Environment env, const Interrupt& interrupt,
                                                     std::function<Result<PlatformSource>(const OutboxEntry& entry)> source_of) {
  return std::make_unique<BuildxBuilds>(std::move(env), interrupt, std::move(source_of));
}

} // namespace gate
