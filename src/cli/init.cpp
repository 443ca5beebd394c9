// gate init
#include <algorithm>
#include <array>
#include <set>

#include "app/policies.hpp"
#include "app/propose_policy.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "cli/wiring.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// The order in which compose itself looks for its file.
constexpr std::array<const char*, 4> k_compose_names = {"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};

std::vector<std::string> names_in(const fs::path& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<BuiltFolder> built_services(const fs::path& top, const std::vector<ComposeService>& services) {
  std::vector<BuiltFolder> folders;
  for (const auto& service : services) {
    if (service.built) {
      folders.push_back({service.build_context, service.name, names_in(top / service.build_context)});
    }
  }
  // A proxy in front of what is tested has no tests of its own: what can be guessed is what is proposed.
  const auto guessable = [](const BuiltFolder& f) { return !guess_test_command(f.files).empty(); };
  if (std::any_of(folders.begin(), folders.end(), guessable)) {
    std::erase_if(folders, [&](const BuiltFolder& f) { return !guessable(f); });
  }
  return folders;
}

// The top folder and those right below it, as far as git would look there.
std::vector<BuiltFolder> folders_with_dockerfile(const fs::path& top) {
  std::vector<BuiltFolder> folders;
  const auto add = [&](const std::string& path) {
    auto names = names_in(top / path);
    if (std::find(names.begin(), names.end(), "Dockerfile") != names.end()) {
      folders.push_back({path, "", std::move(names)});
    }
  };
  add("");
  for (const auto& name : names_in(top)) {
    std::error_code failed;
    if (name != ".git" && fs::is_directory(fs::symlink_status(top / name, failed))) {
      add(name);
    }
  }
  return folders;
}

Result<ProjectFacts> look_at(const fs::path& top, OpenRepository& repository) {
  ProjectFacts project;
  for (const char* name : k_compose_names) {
    std::error_code failed;
    if (!fs::is_regular_file(top / name, failed)) {
      continue;
    }
    const auto services = wire_compose_outline(top / name);
    if (!services) {
      return tl::unexpected(services.error());
    }
    project.compose_file = name;
    project.folders = built_services(top, *services);
    break;
  }
  if (project.folders.empty()) {
    project.compose_file.reset();
    project.folders = folders_with_dockerfile(top);
  }
  std::set<std::string> branches;
  if (const auto current = repository.current_branch(); current && *current) {
    branches.insert((*current)->brief());
  }
  if (const auto tips = repository.tracking_tips("origin")) {
    for (const auto& tip : *tips) {
      branches.insert(tip.branch.brief());
    }
  }
  project.branches.assign(branches.begin(), branches.end());
  return project;
}

Result<std::string> init(const Invocation& invocation) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  const auto top = session->repository().work_dir();
  if (!top) {
    return fail(ErrorKind::usage, "this repository is bare: it has no work tree for a gate.toml", "run gate init in a clone");
  }
  const fs::path file = *top / k_policy_file;
  std::error_code failed;
  if (fs::exists(fs::symlink_status(file, failed))) {
    return fail(ErrorKind::usage, file.string() + " is there already, and stays as it is", "edit it, or remove it and run gate init again");
  }
  const auto project = look_at(*top, session->repository());
  if (!project) {
    return tl::unexpected(project.error());
  }
  if (auto written = write_file(file, propose_policy(*project), 0644); !written) {
    return tl::unexpected(written.error());
  }
  return "gate: wrote " + file.string() + "; read it, then:\n      git add " + std::string(k_policy_file) + " && git commit && gate install\n";
}

} // namespace

ExitCode run_init(const Invocation& invocation) {
  Options options("gate init", "Writes a commented gate.toml that fits the compose file or the Dockerfiles of this repository.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal err(Terminal::Stream::err, invocation.env);
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    err.print(render(complete.error(), err.style("")));
    return exit_code_of(complete.error().kind);
  }
  const auto done = init(invocation);
  if (!done) {
    err.print(render(done.error(), err.style("")));
    return exit_code_of(done.error().kind);
  }
  Terminal(Terminal::Stream::out, invocation.env).print(*done);
  return ExitCode::allowed;
}

} // namespace gate
