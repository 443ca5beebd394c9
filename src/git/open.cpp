// Opens a repository as git's environment names it.
#include <system_error>
#include <utility>

#include <git2/sys/repository.h>

#include "git/commits.hpp"
#include "git/handles.hpp"
#include "git/repository.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

// libgit2 gives folders with a slash at the end.
fs::path folder(const char* path) {
  std::string text = path == nullptr ? "" : path;
  while (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return text;
}

std::optional<std::string> set_in(const Environment& environment, std::string_view name) {
  auto value = value_of(environment, name);
  return value && !value->empty() ? value : std::nullopt;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Failure cannot_open(const fs::path& where, bool named_by_git, int status) {
  const std::string reason = git_reason();
  if (status == GIT_ENOTFOUND) {
    return named_by_git ? could_not_run("GIT_DIR names " + where.string() + ", which is no git repository",
                                        "unset GIT_DIR or correct it")
                        : could_not_run("there is no git repository at " + where.string() + " or above it",
                                        "run gate inside a work tree");
  }
  const std::string sentence = "cannot read the repository at " + where.string() + ": ";
  if (holds(reason, "extensions.objectformat") || holds(reason, "object format")) {
    return could_not_run(sentence + "it names its objects by SHA-256, which libgit2 " LIBGIT2_VERSION
                                    " does not know",
                         "gate guards SHA-1 repositories only: take its hooks out of this one");
  }
  if (holds(reason, "extensions.refstorage")) {
    return could_not_run(sentence + "it keeps its refs in a reftable, which libgit2 " LIBGIT2_VERSION
                                    " does not know",
                         "keep them in files: git refs migrate --ref-format=files");
  }
  return could_not_run(sentence + reason,
                       "gate can't judge what it can't read: see what `git status` says of it");
}

// git quotes a path that holds a colon; that is as rare as it is easy to avoid.
Result<void> add_alternates(git_odb* odb, const std::string& list, const fs::path& cwd) {
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    if (entry.empty()) {
      continue;
    }
    if (entry.front() == '"') {
      return could_not_run("GIT_ALTERNATE_OBJECT_DIRECTORIES holds a quoted path, which gate does not read",
                           "move the repository to a path without a colon");
    }
    if (git_odb_add_disk_alternate(odb, (cwd / entry).c_str()) != 0) {
      return could_not_run("cannot use the objects in " + std::string(entry) + ": " + git_reason());
    }
  }
  return {};
}

Result<OdbHandle> open_objects(git_repository* repository, const Environment& environment,
                               const fs::path& cwd) {
  const auto objects = set_in(environment, "GIT_OBJECT_DIRECTORY");
  git_odb* raw = nullptr;
  const int status =
      objects ? git_odb_open(&raw, (cwd / *objects).c_str()) : git_repository_odb(&raw, repository);
  if (status != 0) {
    return could_not_run("cannot open the objects of " + folder(git_repository_path(repository)).string() +
                             ": " + git_reason(),
                         "check the repository with `git fsck`");
  }
  OdbHandle odb(raw);
  if (const auto alternates = set_in(environment, "GIT_ALTERNATE_OBJECT_DIRECTORIES")) {
    if (auto added = add_alternates(odb.get(), *alternates, cwd); !added) {
      return Failure(std::move(added).error());
    }
  }
  // libgit2 1.5 hashes the whole commit-graph file before it rejects it.
  if (git_odb_set_commit_graph(odb.get(), nullptr) != 0 ||
      (objects && git_repository_set_odb(repository, odb.get()) != 0)) {
    return could_not_run("cannot set up the objects: " + git_reason());
  }
  return odb;
}

// libgit2 follows the commondir file, as git does unless it is told otherwise.
Result<void> check_common_dir(const RepositoryState& state) {
  const auto wanted = set_in(state.environment, "GIT_COMMON_DIR");
  if (!wanted) {
    return {};
  }
  std::error_code ignored;
  if (fs::equivalent(state.cwd / *wanted, state.common_dir, ignored)) {
    return {};
  }
  return could_not_run("GIT_COMMON_DIR names " + *wanted + ", but the repository at " +
                           state.git_dir.string() + " shares " + state.common_dir.string(),
                       "unset GIT_COMMON_DIR");
}

std::optional<std::string> value_in(git_config* config, const char* key) {
  git_config_entry* raw = nullptr;
  if (git_config_get_entry(&raw, config, key) != 0) {
    return std::nullopt;
  }
  const ConfigEntry entry(raw);
  return entry->value == nullptr ? "true" : entry->value;
}

/// What decides about the work tree; git itself reads config.worktree only where extensions.worktreeConfig
/// says so.
struct WorkTreeConfig {
  bool bare = false;
  std::optional<std::string> work_tree;
};

WorkTreeConfig work_tree_config(const RepositoryState& state) {
  WorkTreeConfig found;
  found.bare = git_repository_is_bare(state.repository.get()) != 0;
  git_config* raw = nullptr;
  if (git_repository_config(&raw, state.repository.get()) != 0) {
    return found;
  }
  const ConfigHandle shared(raw);
  found.work_tree = value_in(raw, "core.worktree");
  int own = 0;
  git_config* own_raw = nullptr;
  if (git_config_get_bool(&own, raw, "extensions.worktreeconfig") != 0 || own == 0 ||
      git_config_open_ondisk(&own_raw, (state.git_dir / "config.worktree").c_str()) != 0) {
    return found;
  }
  const ConfigHandle of_this_tree(own_raw);
  int bare = 0;
  if (git_config_get_bool(&bare, own_raw, "core.bare") == 0) {
    found.bare = bare != 0;
  }
  if (auto path = value_in(own_raw, "core.worktree")) {
    found.work_tree = std::move(path);
  }
  return found;
}

} // namespace

// git(1), GIT_WORK_TREE; git-config(1), core.worktree.
std::optional<fs::path> OpenRepository::work_dir() const {
  if (const auto named = set_in(m_state->environment, "GIT_WORK_TREE")) {
    return (m_state->cwd / *named).lexically_normal();
  }
  git_repository* repository = m_state->repository.get();
  const bool linked = git_repository_is_worktree(repository) != 0;
  const WorkTreeConfig config = work_tree_config(*m_state);
  if (config.bare) {
    return std::nullopt;
  }
  if (config.work_tree && !linked) {
    return (m_state->git_dir / *config.work_tree).lexically_normal();
  }
  if (set_in(m_state->environment, "GIT_DIR") && !linked) {
    return m_state->cwd;
  }
  const char* path = git_repository_workdir(repository);
  return path == nullptr ? std::optional<fs::path>() : folder(path);
}

Result<std::unique_ptr<OpenRepository>> open_repository(const Environment& environment, const fs::path& cwd) {
  auto state = std::make_unique<RepositoryState>();
  state->environment = environment;
  state->cwd = cwd;
  const auto named = set_in(environment, "GIT_DIR");
  const fs::path where = named ? cwd / *named : cwd;
  const auto flags =
      named ? static_cast<unsigned>(GIT_REPOSITORY_OPEN_NO_SEARCH) | GIT_REPOSITORY_OPEN_NO_DOTGIT
            : (set_in(environment, "GIT_DISCOVERY_ACROSS_FILESYSTEM")
                   ? static_cast<unsigned>(GIT_REPOSITORY_OPEN_CROSS_FS)
                   : 0U);
  const auto ceilings = value_of(environment, "GIT_CEILING_DIRECTORIES");
  git_repository* raw = nullptr;
  const int status =
      git_repository_open_ext(&raw, where.c_str(), flags, ceilings ? ceilings->c_str() : nullptr);
  if (status != 0) {
    return cannot_open(where, named.has_value(), status);
  }
  state->repository.reset(raw);
  state->git_dir = folder(git_repository_path(raw));
  state->common_dir = folder(git_repository_commondir(raw));
  if (auto checked = check_common_dir(*state); !checked) {
    return Failure(std::move(checked).error());
  }
  auto odb = open_objects(raw, environment, cwd);
  if (!odb) {
    return Failure(std::move(odb).error());
  }
  state->odb = *std::move(odb);
  const auto shallow = set_in(environment, "GIT_SHALLOW_FILE");
  state->commits = commits_of(state->odb.get(), shallow ? cwd / *shallow : state->common_dir / "shallow",
                              state->common_dir / "objects");
  state->ancestry = std::make_unique<Ancestry>(*state->commits);
  return std::make_unique<OpenRepository>(std::move(state));
}

} // namespace gate
