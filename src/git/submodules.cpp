#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/shell_word.hpp"
#include "git/remotes.hpp"
#include "git/tree_source.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

// git reads the file, so that it means what it means to git; includes are off for a named file, so that a
// hostile one can't make git read others.
Result<std::optional<std::string>> name_of(const TreeSource& above, const fs::path& gitmodules,
                                           const std::string& path) {
  Environment environment = above.environment;
  environment.push_back("GIT_DIR=/dev/null");
  const Command command{{"git", "config", "--file", gitmodules.string(), "--no-includes", "--null",
                         "--get-regexp", "^submodule\\..*\\.path$"},
                        std::move(environment),
                        {}};
  const auto ended = run_captured(command);
  if (!ended) {
    return Failure(ended.error());
  }
  std::optional<std::string> name;
  for (const ConfigValue& entry : parse_config_values(ended->out)) {
    constexpr std::string_view k_section = "submodule.";
    constexpr std::string_view k_variable = ".path";
    if (entry.value == path && entry.key.size() > k_section.size() + k_variable.size()) {
      name = entry.key.substr(k_section.size(), entry.key.size() - k_section.size() - k_variable.size());
    }
  }
  return name;
}

// As a bare one: its core.worktree may name a folder that is not there.
std::unique_ptr<TreeSource> open_with(const fs::path& git_dir, const git_oid& commit) {
  auto source = std::make_unique<TreeSource>();
  git_repository* repository = nullptr;
  constexpr unsigned k_flags =
      static_cast<unsigned>(GIT_REPOSITORY_OPEN_NO_SEARCH) | GIT_REPOSITORY_OPEN_BARE;
  if (git_repository_open_ext(&repository, git_dir.c_str(), k_flags, nullptr) != 0) {
    return nullptr;
  }
  source->own_repository.reset(repository);
  git_odb* odb = nullptr;
  if (git_repository_odb(&odb, repository) != 0) {
    return nullptr;
  }
  source->own_odb.reset(odb);
  source->repository = repository;
  source->odb = odb;
  if (git_odb_set_commit_graph(odb, nullptr) != 0 || git_odb_exists(odb, &commit) == 0) {
    return nullptr;
  }
  source->git_dir = fs::path(git_repository_path(repository)).parent_path();
  source->common_dir = fs::path(git_repository_commondir(repository)).parent_path();
  return source;
}

} // namespace

bool is_submodule_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\0') != std::string_view::npos) {
    return false;
  }
  while (true) {
    const auto end = name.find_first_of("/\\");
    if (name.substr(0, end) == "..") {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    name.remove_prefix(end + 1);
  }
}

Environment without_repository(const Environment& environment) {
  constexpr std::array<std::string_view, 16> k_local = {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                                        "GIT_CONFIG",
                                                        "GIT_CONFIG_PARAMETERS",
                                                        "GIT_CONFIG_COUNT",
                                                        "GIT_OBJECT_DIRECTORY",
                                                        "GIT_DIR",
                                                        "GIT_WORK_TREE",
                                                        "GIT_IMPLICIT_WORK_TREE",
                                                        "GIT_GRAFT_FILE",
                                                        "GIT_INDEX_FILE",
                                                        "GIT_NO_REPLACE_OBJECTS",
                                                        "GIT_REPLACE_REF_BASE",
                                                        "GIT_PREFIX",
                                                        "GIT_SHALLOW_FILE",
                                                        "GIT_COMMON_DIR",
                                                        "GIT_INTERNAL_SUPER_PREFIX"};
  Environment kept;
  std::copy_if(environment.begin(), environment.end(), std::back_inserter(kept),
               [&](const std::string& variable) {
                 const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
                 return std::find(k_local.begin(), k_local.end(), name) == k_local.end();
               });
  return kept;
}

Result<std::unique_ptr<TreeSource>> open_submodule(const TreeSource& above, const fs::path& gitmodules,
                                                   const std::string& path, const git_oid& commit) {
  const std::string where = above.inside + path;
  const std::string top = above.top_path.empty() ? path : above.top_path;
  const auto name = name_of(above, gitmodules, path);
  if (!name) {
    return Failure(name.error());
  }
  if (*name && !is_submodule_name(**name)) {
    return could_not_run("the submodule at " + where + " has a name that git refuses: \"" + **name + "\"",
                         "correct .gitmodules");
  }
  std::vector<fs::path> places;
  if (*name) {
    places = {above.git_dir / "modules" / **name, above.common_dir / "modules" / **name};
  }
  if (above.work_dir) {
    places.push_back(*above.work_dir / path / ".git");
  }
  for (const fs::path& place : places) {
    auto source = open_with(place, commit);
    if (!source) {
      continue;
    }
    source->environment = above.environment;
    source->work_dir = above.work_dir ? std::optional(*above.work_dir / path) : std::nullopt;
    source->inside = where + "/";
    source->top_path = top;
    return source;
  }
  const std::string wanted =
      "the commit " + from_git(commit).hex() + " of the submodule at " + where + " is not here";
  if (!*name) {
    return could_not_run(wanted + ", and .gitmodules does not say where it comes from",
                         "add it to .gitmodules, or take it out of the tree: git rm --cached " +
                             shell_word(path));
  }
  return could_not_run(wanted, "fetch it: git submodule update --init " +
                                   std::string(above.top_path.empty() ? "" : "--recursive ") + "-- " +
                                   shell_word(top));
}

} // namespace gate
