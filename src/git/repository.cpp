#include "git/repository.hpp"

#include <algorithm>
#include <utility>

#include "git/commits.hpp"
#include "git/handles.hpp"
#include "git/narrowed_tree.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_file_limit = 1U << 20U;
constexpr int k_tag_limit = 64;

constexpr const char* k_fsck = "check the repository with `git fsck`";

Failure not_here(const git_oid& oid, const std::string& what) {
  return could_not_run("the " + what + " " + from_git(oid).hex() + " is not in this repository",
                       "fetch it: git fetch (a partial clone: git fetch --refetch --no-filter)");
}

Result<TreeHandle> open_tree(git_repository* repository, const git_oid& oid) {
  git_tree* raw = nullptr;
  const int status = git_tree_lookup(&raw, repository, &oid);
  if (status == GIT_ENOTFOUND) {
    return not_here(oid, "tree");
  }
  if (status != 0) {
    return could_not_run("cannot read the tree " + from_git(oid).hex() + ": " + git_reason(), k_fsck);
  }
  return TreeHandle(raw);
}

Result<git_oid> tree_of_commit(git_odb* odb, const Oid& commit) {
  const auto oid = to_git(commit);
  if (!oid) {
    return could_not_run("the commit " + commit.hex() +
                         " is not in this repository, which names its objects by SHA-1");
  }
  const auto object = read_object(odb, *oid);
  if (!object) {
    return Failure(object.error());
  }
  if (!*object) {
    return not_here(*oid, "commit");
  }
  if (git_odb_object_type(object->get()) == GIT_OBJECT_TREE) {
    return *oid;
  }
  const auto tree =
      git_odb_object_type(object->get()) == GIT_OBJECT_COMMIT ? tree_in(bytes_of(*object)) : std::nullopt;
  if (!tree) {
    return could_not_run(commit.hex() + " is no well-formed commit", k_fsck);
  }
  return *tree;
}

/// An entry of a tree; `found` is false when there is none.
struct Entry {
  git_oid oid{};
  git_filemode_t mode = GIT_FILEMODE_UNREADABLE;
  bool found = false;
};

// By hand, because git_tree_entry_bypath says "not found" for a tree that is missing from the repository,
// too.
Result<Entry> entry_at(git_repository* repository, git_oid tree, std::string_view path) {
  while (true) {
    const auto handle = open_tree(repository, tree);
    if (!handle) {
      return Failure(handle.error());
    }
    const auto slash = path.find('/');
    const git_tree_entry* entry =
        git_tree_entry_byname(handle->get(), std::string(path.substr(0, slash)).c_str());
    if (entry == nullptr) {
      return Entry{};
    }
    const git_oid oid = *git_tree_entry_id(entry);
    const git_filemode_t mode = git_tree_entry_filemode(entry);
    if (slash == std::string_view::npos) {
      return Entry{oid, mode, true};
    }
    if (mode != GIT_FILEMODE_TREE) {
      return Entry{};
    }
    tree = oid;
    path.remove_prefix(slash + 1);
  }
}

/// What a ref stands for in the end; an empty handle when there is no such ref or it leads nowhere.
Result<ReferenceHandle> resolved_ref(git_repository* repository, const std::string& name) {
  git_reference* raw = nullptr;
  int status = git_reference_lookup(&raw, repository, name.c_str());
  const ReferenceHandle reference(raw);
  if (status == 0) {
    raw = nullptr;
    status = git_reference_resolve(&raw, reference.get());
  }
  if (status == GIT_ENOTFOUND) {
    return ReferenceHandle();
  }
  if (status != 0) {
    return could_not_run("cannot read " + name + ": " + git_reason(), k_fsck);
  }
  return ReferenceHandle(raw);
}

std::string tracking_prefix(const std::string& remote) {
  return "refs/remotes/" + remote + "/";
}

std::optional<RefName> without_prefix(std::string_view name, const std::string& prefix) {
  if (name.substr(0, prefix.size()) != prefix) {
    return std::nullopt;
  }
  return RefName::parse("refs/heads/" + std::string(name.substr(prefix.size())));
}

// What git itself makes of the configuration: includes, conditions, work trees, -c and all. Asked once: a start of git is a tenth of
// what a hook may take.
Result<std::vector<ConfigValue>> read_config(const RepositoryState& state) {
  const Command command{{"git", "config", "--null", "--get-regexp", "^(remote|url|branch)\\."}, state.environment, state.cwd};
  const auto ended = run_captured(command);
  if (!ended) {
    return Failure(ended.error());
  }
  constexpr int k_nothing_fits = 1;
  if (ended->end.how == CommandEnd::How::exited && ended->end.code == k_nothing_fits) {
    return std::vector<ConfigValue>();
  }
  if (!ended->end.ok()) {
    return could_not_run("git cannot read its configuration: " + ended->err.substr(0, ended->err.find('\n')),
                         "see what `git config --list` says");
  }
  return parse_config_values(ended->out);
}

Result<const std::vector<ConfigValue>*> config_of(RepositoryState& state) {
  if (!state.config) {
    auto config = read_config(state);
    if (!config) {
      return Failure(config.error());
    }
    state.config = *std::move(config);
  }
  return &*state.config;
}

bool is_remote_here(git_repository* repository, const std::string& name) {
  git_config* raw = nullptr;
  if (git_repository_config(&raw, repository) != 0) {
    return false;
  }
  const ConfigHandle config(raw);
  git_config_entry* entry = nullptr;
  const bool found = git_config_get_entry(&entry, config.get(), ("remote." + name + ".url").c_str()) == 0;
  const ConfigEntry freed(entry);
  return found;
}

} // namespace

OpenRepository::OpenRepository(std::unique_ptr<RepositoryState> state) : m_state(std::move(state)) {}
OpenRepository::~OpenRepository() = default;

const fs::path& OpenRepository::git_dir() const {
  return m_state->git_dir;
}
const fs::path& OpenRepository::common_dir() const {
  return m_state->common_dir;
}

Result<Peeled> OpenRepository::peel(const Oid& object) {
  auto oid = to_git(object);
  for (int depth = 0; oid && depth < k_tag_limit; ++depth) {
    const auto found = read_object(m_state->odb.get(), *oid);
    if (!found) {
      return Failure(found.error());
    }
    if (!*found) {
      return Peeled{};
    }
    const git_object_t type = git_odb_object_type(found->get());
    if (type == GIT_OBJECT_BLOB) {
      return Peeled{Peeled::Kind::blob, {}, {}};
    }
    if (type == GIT_OBJECT_TREE) {
      return Peeled{Peeled::Kind::tree, {}, from_git(*oid)};
    }
    const auto next = type == GIT_OBJECT_COMMIT ? tree_in(bytes_of(*found)) : target_in(bytes_of(*found));
    if (!next) {
      return could_not_run("the object " + from_git(*oid).hex() + " is malformed", k_fsck);
    }
    if (type == GIT_OBJECT_COMMIT) {
      return Peeled{Peeled::Kind::commit, from_git(*oid), from_git(*next)};
    }
    oid = next;
  }
  if (!oid) {
    return Peeled{};
  }
  return could_not_run("the tag " + object.hex() + " is a tag of a tag of a tag … more than " +
                       std::to_string(k_tag_limit) + " deep");
}

Result<std::optional<std::string>> OpenRepository::file_at(const Oid& commit, std::string_view path) {
  const auto tree = tree_of_commit(m_state->odb.get(), commit);
  if (!tree) {
    return Failure(tree.error());
  }
  const auto entry = entry_at(m_state->repository.get(), *tree, path);
  if (!entry) {
    return Failure(entry.error());
  }
  if (!entry->found) {
    return std::optional<std::string>();
  }
  const std::string where = std::string(path) + " in " + commit.brief();
  if (entry->mode != GIT_FILEMODE_BLOB && entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE) {
    return fail(ErrorKind::policy, where + " is not a regular file", "make it one");
  }
  auto content = blob(from_git(entry->oid), where);
  if (!content) {
    return Failure(content.error());
  }
  return std::optional(*std::move(content));
}

Result<std::optional<Oid>> OpenRepository::object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) {
  const auto top = to_git(tree);
  if (!top) {
    return could_not_run("the tree " + tree.hex() + " is not in this repository");
  }
  const auto left = narrowed(m_state->repository.get(), *top, PathChoice(paths), path);
  if (!left) {
    return Failure(left.error());
  }
  return *left ? std::optional(from_git(**left)) : std::nullopt;
}

Result<std::string> OpenRepository::blob(const Oid& oid, const std::string& where) {
  if (const auto known = m_blobs.find(oid); known != m_blobs.end()) {
    return known->second;
  }
  const git_oid id = *to_git(oid);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int status = git_odb_read_header(&size, &type, m_state->odb.get(), &id);
  if (status == GIT_ENOTFOUND) {
    return not_here(id, "file " + where + ",");
  }
  if (status != 0 || type != GIT_OBJECT_BLOB) {
    return could_not_run("cannot read " + where + ": " + (status != 0 ? git_reason() : "it is no file"),
                         k_fsck);
  }
  if (size > k_file_limit) {
    return fail(ErrorKind::policy, where + " is larger than 1 MiB", "make it smaller");
  }
  const auto object = read_object(m_state->odb.get(), id);
  if (!object) {
    return Failure(object.error());
  }
  if (!*object) {
    return not_here(id, "file " + where + ",");
  }
  return m_blobs.emplace(oid, bytes_of(*object)).first->second;
}

Result<std::optional<Oid>> OpenRepository::first_parent(const Oid& commit) {
  const auto oid = to_git(commit);
  if (!oid) {
    return could_not_run("the commit " + commit.hex() + " is not in this repository", "fetch it: git fetch");
  }
  const auto links = m_state->commits->links(to_id(*oid));
  if (!links) {
    return Failure(links.error());
  }
  if (!*links) {
    return could_not_run("the commit " + commit.hex() + " is not in this repository", "fetch it: git fetch");
  }
  if ((*links)->cut || (*links)->parents.empty()) {
    return std::optional<Oid>();
  }
  return std::optional(from_git(to_git((*links)->parents.front())));
}

Result<std::optional<std::string>> OpenRepository::remote_named(const std::string& name_or_url) {
  if (is_remote_here(m_state->repository.get(), name_or_url)) {
    return std::optional(name_or_url);
  }
  const auto config = config_of(*m_state);
  if (!config) {
    return Failure(config.error());
  }
  return remote_in(**config, name_or_url);
}

Result<std::optional<RefName>> OpenRepository::remote_head(const std::string& remote) {
  const auto name = RefName::parse(tracking_prefix(remote) + "HEAD");
  if (!name) {
    return std::optional<RefName>();
  }
  git_reference* raw = nullptr;
  const int status = git_reference_lookup(&raw, m_state->repository.get(), name->full().c_str());
  const ReferenceHandle head(raw);
  if (status != 0 && status != GIT_ENOTFOUND) {
    return could_not_run("cannot read " + name->full() + ": " + git_reason(), k_fsck);
  }
  const char* target = status == 0 ? git_reference_symbolic_target(head.get()) : nullptr;
  return target == nullptr ? std::optional<RefName>() : without_prefix(target, tracking_prefix(remote));
}

Result<std::vector<BranchTip>> OpenRepository::tracking_tips(const std::string& remote) {
  const std::string prefix = tracking_prefix(remote);
  std::vector<BranchTip> tips;
  if (!RefName::parse(prefix + "HEAD")) {
    return tips;
  }
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_glob_new(&raw, m_state->repository.get(), (prefix + "*").c_str()) != 0) {
    return could_not_run("cannot list " + prefix + ": " + git_reason(), k_fsck);
  }
  const ReferenceIterator iterator(raw);
  const char* name = nullptr;
  int status = 0;
  while ((status = git_reference_next_name(&name, iterator.get())) == 0) {
    const auto branch = without_prefix(name, prefix);
    if (!branch || branch->brief() == "HEAD") {
      continue;
    }
    const auto reference = resolved_ref(m_state->repository.get(), name);
    if (!reference) {
      return Failure(reference.error());
    }
    if (*reference) {
      tips.push_back({*branch, from_git(*git_reference_target(reference->get()))});
    }
  }
  if (status != GIT_ITEROVER) {
    return could_not_run("cannot list " + prefix + ": " + git_reason(), k_fsck);
  }
  std::sort(tips.begin(), tips.end(),
            [](const BranchTip& a, const BranchTip& b) { return a.branch < b.branch; });
  return tips;
}

Result<std::optional<Oid>> OpenRepository::tracking_tip(const std::string& remote, const RefName& branch) {
  const auto name =
      branch.is_branch() ? RefName::parse(tracking_prefix(remote) + branch.brief()) : std::nullopt;
  if (!name) {
    return std::optional<Oid>();
  }
  const auto reference = resolved_ref(m_state->repository.get(), name->full());
  if (!reference) {
    return Failure(reference.error());
  }
  return *reference ? std::optional(from_git(*git_reference_target(reference->get()))) : std::optional<Oid>();
}

Result<std::optional<RefName>> OpenRepository::current_branch() {
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, m_state->repository.get(), "HEAD") != 0) {
    return could_not_run("cannot read HEAD: " + git_reason(), k_fsck);
  }
  const ReferenceHandle head(raw);
  const char* target = git_reference_symbolic_target(head.get());
  return target == nullptr ? std::optional<RefName>() : RefName::parse(target);
}

Result<std::optional<Upstream>> OpenRepository::upstream_of(const RefName& branch) {
  const auto config = config_of(*m_state);
  if (!config) {
    return Failure(config.error());
  }
  return upstream_in(**config, branch);
}

Result<std::vector<std::string>> OpenRepository::remotes() {
  const auto config = config_of(*m_state);
  return config ? Result<std::vector<std::string>>(remotes_in(**config)) : Failure(config.error());
}

Result<bool> OpenRepository::fetches_every_branch(const std::string& remote) {
  const auto config = config_of(*m_state);
  if (!config) {
    return Failure(config.error());
  }
  return gate::fetches_every_branch(**config, remote);
}

Result<std::optional<std::string>> OpenRepository::fetch_url(const std::string& remote) {
  const auto config = config_of(*m_state);
  return config ? Result<std::optional<std::string>>(fetch_url_in(**config, remote)) : Failure(config.error());
}

Result<std::optional<Oid>> OpenRepository::rev_parse(const std::string& revision) {
  git_object* raw = nullptr;
  const int status = git_revparse_single(&raw, m_state->repository.get(), revision.c_str());
  const ObjectHandle object(raw);
  if (status == GIT_ENOTFOUND) {
    return std::optional<Oid>();
  }
  if (status != 0) {
    return fail(ErrorKind::usage, "cannot tell which object \"" + revision + "\" is: " + git_reason(),
                "name it by its full object name");
  }
  return std::optional(from_git(*git_object_id(object.get())));
}

} // namespace gate
