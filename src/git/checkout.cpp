#include "git/checkout.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shell_word.hpp"
#include "git/attributes.hpp"
#include "git/commits.hpp"
#include "git/lfs.hpp"
#include "git/narrowed_tree.hpp"
#include "git/path_choice.hpp"
#include "git/tree_names.hpp"
#include "git/tree_source.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_most_entries = 1'000'000;
constexpr int k_deepest_folder = 512; // one open folder each
constexpr int k_deepest_submodule = 16;
constexpr int k_open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// A submodule's place in the tree, to be filled when its .gitmodules is on disk.
struct Gitlink {
  std::string path;
  git_oid commit;
};

struct Budget {
  std::size_t entries = k_most_entries;
};

/// Writes one tree, from one repository, below one folder.
class TreeWriter {
public:
  TreeWriter(TreeSource& source, const fs::path& target, Budget& budget, int submodule_depth, const PathChoice& choice)
      : m_source(source), m_target(target), m_budget(budget), m_submodule_depth(submodule_depth), m_choice(choice) {}

  Result<void> write(const git_oid& tree, int folder) {
    if (auto written = write_tree(tree, folder, "", 0); !written) {
      return written;
    }
    for (const Gitlink& link : m_gitlinks) {
      if (auto written = write_submodule(link, folder); !written) {
        return written;
      }
    }
    return {};
  }

private:
  /// A folder's .gitattributes: read only once a pointer turns up.
  struct Attributes {
    std::string folder;
    git_oid blob;
    std::optional<AttributeFile> file;
  };

  struct Entry {
    std::string name;
    std::string path; ///< below this tree's top
    git_oid oid;
    git_filemode_t mode;
  };

  std::string shown(const std::string& path) const { return m_source.inside + path; }

  Failure cannot_write(const Entry& entry, int reason) const {
    if (reason == EEXIST) {
      return could_not_run("the tree holds " + shown(entry.path) + " twice",
                           "correct the tree: `git fsck` says more");
    }
    return Failure(file_error("write", m_target / entry.path, reason));
  }

  Result<OdbObject> read(const git_oid& oid, git_object_t type, const std::string& path) const {
    auto object = read_object(m_source.odb, oid);
    if (object && !*object) {
      return could_not_run(shown(path) + " (" + from_git(oid).hex() + ") is not in this repository",
                           "fetch what a partial clone leaves out: git fetch --refetch --no-filter");
    }
    if (object && git_odb_object_type(object->get()) != type) {
      return could_not_run(shown(path) + " (" + from_git(oid).hex() + ") is not what its tree says it is",
                           "check the repository with `git fsck`");
    }
    return object;
  }

  Result<TreeHandle> open_tree(const git_oid& oid, const std::string& path) const {
    git_tree* raw = nullptr;
    const int status = git_tree_lookup(&raw, m_source.repository, &oid);
    if (status == GIT_ENOTFOUND) {
      return could_not_run("the folder " + shown(path) + " (tree " + from_git(oid).hex() +
                               ") is not in this repository",
                           "fetch it: git fetch --refetch --no-filter");
    }
    if (status != 0) {
      return could_not_run("cannot read the tree " + from_git(oid).hex() + ": " + git_reason(),
                           "check the repository with `git fsck`");
    }
    return TreeHandle(raw);
  }

  Result<void> write_tree(const git_oid& oid, int folder, const std::string& path, int depth) {
    if (depth > k_deepest_folder) {
      return could_not_run("the tree is nested more than " + std::to_string(k_deepest_folder) +
                           " folders deep: " + path.substr(0, 80) + "…");
    }
    const auto tree = open_tree(oid, path);
    if (!tree) {
      return Failure(tree.error());
    }
    const std::size_t levels = m_attributes.size();
    const git_tree_entry* attributes = git_tree_entry_byname(tree->get(), ".gitattributes");
    if (attributes != nullptr && (git_tree_entry_filemode(attributes) & S_IFMT) == S_IFREG) {
      m_attributes.push_back({path, *git_tree_entry_id(attributes), {}});
    }
    const std::size_t count = git_tree_entrycount(tree->get());
    for (std::size_t i = 0; i < count; ++i) {
      const git_tree_entry* raw = git_tree_entry_byindex(tree->get(), i);
      const std::string name = git_tree_entry_name(raw);
      const Entry entry{name, path + name, *git_tree_entry_id(raw), git_tree_entry_filemode(raw)};
      if (auto written = write_entry(entry, folder, depth); !written) {
        return written;
      }
    }
    m_attributes.resize(levels);
    return {};
  }

  Result<void> write_entry(const Entry& entry, int folder, int depth) {
    const auto share = m_choice.share_of(entry.path);
    if (share == PathChoice::Share::none || (share == PathChoice::Share::part && entry.mode != GIT_FILEMODE_TREE)) {
      return {};
    }
    if (share == PathChoice::Share::part) {
      const auto left = narrowed_folder(m_source.repository, entry.oid, m_choice, entry.path);
      if (!left || !*left) {
        return left ? Result<void>() : Failure(left.error());
      }
    }
    if (!may_check_out(entry.name, entry.mode == GIT_FILEMODE_LINK)) {
      return could_not_run("the tree holds a name that git refuses to check out: \"" + shown(entry.path) +
                               "\"",
                           "take it out of the commits that are pushed");
    }
    if (m_budget.entries-- == 0) {
      return could_not_run("the tree has more than " + std::to_string(k_most_entries) + " entries");
    }
    switch (entry.mode) {
    case GIT_FILEMODE_TREE:
      return write_folder(entry, folder, depth);
    case GIT_FILEMODE_LINK:
      return write_link(entry, folder);
    case GIT_FILEMODE_COMMIT:
      m_gitlinks.push_back({entry.path, entry.oid});
      return make_folder(entry, folder);
    default:
      return write_file(entry, folder);
    }
  }

  Result<void> make_folder(const Entry& entry, int folder) const {
    if (::mkdirat(folder, entry.name.c_str(), 0700) != 0) {
      return cannot_write(entry, errno);
    }
    const Fd made(::openat(folder, entry.name.c_str(), k_open_folder));
    if (!made || ::fchmod(made.get(), 0755) != 0) {
      return cannot_write(entry, errno);
    }
    return {};
  }

  Result<void> write_folder(const Entry& entry, int folder, int depth) {
    if (auto made = make_folder(entry, folder); !made) {
      return made;
    }
    const Fd below(::openat(folder, entry.name.c_str(), k_open_folder));
    if (!below) {
      return cannot_write(entry, errno);
    }
    return write_tree(entry.oid, below.get(), entry.path + "/", depth + 1);
  }

  Result<void> write_link(const Entry& entry, int folder) const {
    const auto object = read(entry.oid, GIT_OBJECT_BLOB, entry.path);
    if (!object) {
      return Failure(object.error());
    }
    const std::string target(bytes_of(*object));
    if (target.find('\0') != std::string::npos) {
      return could_not_run("the symlink " + shown(entry.path) + " has a NUL in its target");
    }
    if (::symlinkat(target.c_str(), folder, entry.name.c_str()) != 0) {
      return cannot_write(entry, errno);
    }
    return {};
  }

  Result<void> write_file(const Entry& entry, int folder) {
    const auto object = read(entry.oid, GIT_OBJECT_BLOB, entry.path);
    if (!object) {
      return Failure(object.error());
    }
    const std::string_view content = bytes_of(*object);
    auto pointer = pointer_at(entry, content);
    if (!pointer) {
      return Failure(std::move(pointer).error());
    }
    Fd file(::openat(folder, entry.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) {
      return cannot_write(entry, errno);
    }
    if (*pointer) {
      if (auto copied = copy_content(entry, **pointer, file.get()); !copied) {
        return copied;
      }
    } else if (!write_all(file.get(), content)) {
      return cannot_write(entry, errno);
    }
    const mode_t mode = entry.mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644;
    if (::fchmod(file.get(), mode) != 0 || ::close(file.release()) != 0) {
      return cannot_write(entry, errno);
    }
    return {};
  }

  Result<std::optional<LfsPointer>> pointer_at(const Entry& entry, std::string_view content) {
    auto pointer = parse_lfs_pointer(content);
    if (!pointer) {
      return pointer;
    }
    std::vector<PlacedAttributes> placed;
    for (Attributes& attributes : m_attributes) {
      if (!attributes.file) {
        const auto object = read(attributes.blob, GIT_OBJECT_BLOB, attributes.folder + ".gitattributes");
        if (!object) {
          return Failure(object.error());
        }
        attributes.file = AttributeFile::parse(bytes_of(*object));
      }
      placed.push_back({attributes.folder, &*attributes.file});
    }
    return filter_of(entry.path, placed) == "lfs" ? pointer : std::optional<LfsPointer>();
  }

  Result<void> copy_content(const Entry& entry, const LfsPointer& pointer, int file) {
    const std::string what = "the LFS file " + shown(entry.path) + " (sha256:" + pointer.oid + ")";
    if (pointer.extended) {
      return could_not_run(what + " went through LFS extensions, which gate does not run");
    }
    if (!m_source.lfs) {
      auto storage = lfs_storage(m_source.git_dir, m_source.common_dir, m_source.environment);
      if (!storage) {
        return Failure(std::move(storage).error());
      }
      m_source.lfs = *std::move(storage);
    }
    const auto copied = copy_lfs_content(pointer, *m_source.lfs, file, (m_target / entry.path).string());
    if (!copied) {
      return Failure(copied.error());
    }
    const std::string git = m_source.inside.empty() ? "git" : "git -C " + shell_word(m_source.inside);
    switch (*copied) {
    case LfsCopy::absent:
      return could_not_run(what + " is not here", "fetch it: " + git +
                                                      " lfs fetch (for another branch than this one: " + git +
                                                      " lfs fetch REMOTE BRANCH)");
    case LfsCopy::damaged:
      return could_not_run(what + " is damaged: it is not what its pointer says",
                           "repair it: " + git + " lfs fsck, then " + git + " lfs fetch");
    case LfsCopy::copied:
      break;
    }
    return {};
  }

  // Component by component, so that no symlink is followed on the way.
  Result<Fd> open_below(int top, const std::string& path) const {
    Fd here(::openat(top, ".", k_open_folder));
    std::string_view rest = path;
    while (here && !rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find('/'));
      here = Fd(::openat(here.get(), std::string(part).c_str(), k_open_folder));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    if (!here) {
      return Failure(file_error("open", m_target / path, errno));
    }
    return here;
  }

  Result<void> write_submodule(const Gitlink& link, int top) const {
    if (m_submodule_depth >= k_deepest_submodule) {
      return could_not_run("submodules are nested more than " + std::to_string(k_deepest_submodule) +
                           " deep: " + shown(link.path));
    }
    const auto source = open_submodule(m_source, m_target / ".gitmodules", link.path, link.commit);
    if (!source) {
      return Failure(source.error());
    }
    const auto commit = read_object((*source)->odb, link.commit);
    if (!commit) {
      return Failure(commit.error());
    }
    const auto tree = *commit && git_odb_object_type(commit->get()) == GIT_OBJECT_COMMIT
                          ? tree_in(bytes_of(*commit))
                          : std::nullopt;
    if (!tree) {
      return could_not_run("the submodule at " + shown(link.path) + " names " + from_git(link.commit).hex() +
                           ", which is no commit");
    }
    const auto folder = open_below(top, link.path);
    if (!folder) {
      return Failure(folder.error());
    }
    return TreeWriter(**source, m_target / link.path, m_budget, m_submodule_depth + 1, PathChoice({}))
        .write(*tree, folder->get());
  }

  TreeSource& m_source;
  fs::path m_target;
  Budget& m_budget;
  int m_submodule_depth;
  PathChoice m_choice; ///< of this tree's paths
  std::vector<Attributes> m_attributes; ///< of the folders on the way down
  std::vector<Gitlink> m_gitlinks;
};

class Checkout final : public TreeCheckout {
public:
  explicit Checkout(OpenRepository& repository) : m_repository(repository) {}

  Result<void> check_out(const Oid& tree, const std::vector<std::string>& paths, const fs::path& into) override {
    const auto oid = to_git(tree);
    if (!oid) {
      return could_not_run("the tree " + tree.hex() + " is not in this repository");
    }
    std::error_code error;
    const bool empty = fs::is_empty(into, error);
    const Fd folder(::open(into.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (error || !folder || ::fchmod(folder.get(), 0755) != 0) {
      return Failure(file_error("fill the folder", into, error ? error.value() : errno));
    }
    if (!empty) {
      return could_not_run("cannot fill the folder " + into.string() + ": it is not empty");
    }
    TreeSource source = own_source();
    Budget budget;
    return TreeWriter(source, into, budget, 0, PathChoice(paths)).write(*oid, folder.get());
  }

private:
  TreeSource own_source() const {
    const RepositoryState& state = m_repository.state();
    TreeSource source;
    source.repository = state.repository.get();
    source.odb = state.odb.get();
    source.git_dir = state.git_dir;
    source.common_dir = state.common_dir;
    source.work_dir = m_repository.work_dir();
    source.environment = without_repository(state.environment);
    return source;
  }

  OpenRepository& m_repository;
};

} // namespace

std::unique_ptr<TreeCheckout> checkout_of(OpenRepository& repository) {
  return std::make_unique<Checkout>(repository);
}

} // namespace gate
