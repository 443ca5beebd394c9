#include "git/remake.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "git/changed_files.hpp"
#include "git/handles.hpp"
#include "git/tree_names.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes k_merge_limit{5};
constexpr std::string_view k_attributes = ".gitattributes";

/// What git merge-tree says.
struct Made {
  git_oid tree{};
  std::set<std::string> conflicts; ///< every path that it was unsure about
  bool is_clean = false;           ///< there were no conflicts, of whatever kind
};

// Up to the next NUL, which there must be.
std::optional<std::string_view> take_field(std::string_view& text) {
  const auto end = text.find('\0');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const auto field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return field;
}

// git-merge-tree(1), OUTPUT with -z --name-only: tree, conflicted files, an empty field, and messages: a number of paths, the
// paths, a kind, a sentence. The messages know more paths: both sides of a rename, say.
std::optional<Made> read_made(std::string_view text) {
  Made made;
  const auto tree = take_field(text);
  if (!tree || tree->size() != GIT_OID_HEXSZ || git_oid_fromstrn(&made.tree, tree->data(), GIT_OID_HEXSZ) != 0) {
    return std::nullopt;
  }
  auto path = take_field(text);
  for (; path && !path->empty(); path = take_field(text)) {
    made.conflicts.emplace(*path);
  }
  while (path && !text.empty()) {
    const auto number = take_field(text);
    std::size_t count = 0;
    if (!number || std::from_chars(number->data(), number->data() + number->size(), count).ec != std::errc()) {
      return std::nullopt;
    }
    std::vector<std::string> paths;
    while (count > 0 && (path = take_field(text))) {
      paths.emplace_back(*path);
      --count;
    }
    const auto kind = take_field(text);
    if (count > 0 || !kind || !take_field(text)) {
      return std::nullopt;
    }
    if (kind->rfind("CONFLICT", 0) == 0) {
      made.conflicts.insert(paths.begin(), paths.end());
    }
  }
  return path ? std::optional(std::move(made)) : std::nullopt;
}

bool may_be_folder(std::string_view path) {
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('/'));
    if (!may_check_out(name, false)) {
      return false;
    }
    path.remove_prefix(std::min(path.size(), name.size() + 1));
  }
  return true;
}

// Where git looks for objects: what its environment names, or the repository's own (git(1)); others follow from there
// (info/alternates). open_repository() has refused quoted names.
std::vector<fs::path> object_folders(const RepositoryState& state) {
  const auto named = value_of(state.environment, "GIT_OBJECT_DIRECTORY");
  std::vector<fs::path> folders = {named && !named->empty() ? state.cwd / *named : state.common_dir / "objects"};
  const auto list = value_of(state.environment, "GIT_ALTERNATE_OBJECT_DIRECTORIES");
  std::string_view rest = list ? std::string_view(*list) : std::string_view();
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    if (!entry.empty()) {
      folders.push_back(state.cwd / entry);
    }
  }
  return folders;
}

Failure failed(const NewCommit& merge, const std::string& why) {
  return could_not_run("cannot make the merge " + merge.oid.hex() + " again: " + why,
                       "this takes git 2.38 or newer and the whole history: git --version; git fetch --unshallow");
}

bool starts_any_line(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with || text.find("\n" + std::string(with)) != std::string_view::npos;
}

std::string last_line(std::string_view text) {
  while (!text.empty() && text.back() == '\n') {
    text.remove_suffix(1);
  }
  return std::string(text.substr(text.rfind('\n') + 1));
}

} // namespace

struct MergeMaker::Workshop {
  TemporaryFolder folder;
  OdbHandle odb; ///< what git makes here, and all that the repository has
  unsigned turn = 0;

  fs::path git_dir() const { return folder.path() / "git"; }
};

MergeMaker::MergeMaker(OpenRepository& repository) : m_repository(repository) {}
MergeMaker::~MergeMaker() = default;

Result<MergeMaker::Workshop*> MergeMaker::workshop() {
  if (m_workshop) {
    return m_workshop.get();
  }
  const RepositoryState& state = m_repository.state();
  const auto temporary = value_of(state.environment, "TMPDIR");
  auto folder = TemporaryFolder::make(temporary && !temporary->empty() ? fs::path(*temporary) : "/tmp", "gate-merge-");
  if (!folder) {
    return Failure(std::move(folder).error());
  }
  auto made = std::make_unique<Workshop>(Workshop{*std::move(folder), {}});
  std::string borrowed;
  for (const fs::path& objects : object_folders(state)) {
    if (objects.native().find('\n') != std::string::npos) {
      return could_not_run("cannot borrow the objects in " + objects.string(), "move them to a path without a line feed");
    }
    borrowed += objects.string() + '\n';
  }
  const std::pair<const char*, std::string> files[] = {
      {"HEAD", "ref: refs/heads/none\n"},
      {"refs/README", "A repository that gate makes merges in.\n"}, // the folder must be there
      {"config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"},
      {"objects/info/alternates", borrowed}};
  for (const auto& [name, content] : files) {
    if (auto written = write_file(made->git_dir() / name, content, 0600); !written) {
      return Failure(std::move(written).error());
    }
  }
  git_odb* raw = nullptr;
  if (git_odb_open(&raw, (made->git_dir() / "objects").c_str()) != 0) {
    return could_not_run("cannot open the objects of a merge: " + git_reason());
  }
  made->odb.reset(raw);
  if (git_odb_set_commit_graph(raw, nullptr) != 0) {
    return could_not_run("cannot open the objects of a merge: " + git_reason());
  }
  m_workshop = std::move(made);
  return m_workshop.get();
}

namespace {

// Of the merge, and of its parents.
Result<std::vector<git_oid>> trees_of(git_odb* odb, const NewCommit& merge) {
  std::vector<git_oid> trees;
  std::vector<Oid> commits = {merge.oid};
  commits.insert(commits.end(), merge.parents.begin(), merge.parents.end());
  for (const Oid& commit : commits) {
    const auto oid = to_git(commit);
    const auto tree = oid ? tree_of(odb, *oid) : Result<git_oid>(failed(merge, commit.hex() + " is no SHA-1 name"));
    if (!tree) {
      return Failure(tree.error());
    }
    trees.push_back(*tree);
  }
  return trees;
}

// git reads the attributes of what it merges from the work tree, as it did when somebody merged: that was the first parent's.
// Only files that the parents disagree about are merged, so only the folders above those matter.
Result<void> write_attributes(OpenRepository& repository, const Oid& first, const git_oid& first_tree,
                              const git_oid& second_tree, const fs::path& into) {
  std::set<std::string> folders = {""};
  const auto compared =
      compare_trees(repository.state().odb.get(), first_tree, {second_tree}, [&](const std::string& path, const auto&) -> Result<void> {
        auto end = path.rfind('/');
        while (end != std::string::npos && folders.insert(path.substr(0, end + 1)).second) {
          end = end == 0 ? std::string::npos : path.rfind('/', end - 1);
        }
        return {};
      });
  if (!compared) {
    return compared;
  }
  for (const std::string& folder : folders) {
    const std::string path = folder + std::string(k_attributes);
    const auto content = may_be_folder(folder) ? repository.file_at(first, path) : std::nullopt;
    if (!content && content.error().kind != ErrorKind::policy) {
      return Failure(content.error());
    }
    // A link, a folder, or too large: git does not read it either, or it is none that people write.
    if (content && *content) {
      if (auto written = write_file(into / path, **content, 0600); !written) {
        return written;
      }
    }
  }
  return {};
}

Result<Captured> merge_tree(const RepositoryState& state, const fs::path& git_dir, const fs::path& work, const NewCommit& merge) {
  const Command command{{"git", "merge-tree", "--write-tree", "-z", "--name-only", "--messages", "--allow-unrelated-histories",
                         merge.parents[0].hex(), merge.parents[1].hex()},
                        {"PATH=" + value_of(state.environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin"),
                         "HOME=" + work.string(), "LC_ALL=C", "GIT_DIR=" + git_dir.string(), "GIT_WORK_TREE=" + work.string(),
                         "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_CONFIG_GLOBAL=/dev/null",
                         "GIT_ATTR_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_TERMINAL_PROMPT=0"},
                        work};
  return run_captured(command, {std::chrono::steady_clock::now() + k_merge_limit, nullptr, {}});
}

/// What git makes of the parents; or why it makes nothing.
struct Attempt {
  std::optional<Made> made;
  std::string reason;
};

Result<Attempt> attempt(OpenRepository& repository, const NewCommit& merge, const std::vector<git_oid>& trees, const fs::path& git_dir,
                        const fs::path& work) {
  std::error_code trouble;
  if (!fs::create_directory(work, trouble)) {
    return could_not_run("cannot make the folder " + work.string() + ": " + trouble.message());
  }
  if (auto done = write_attributes(repository, merge.parents[0], trees[1], trees[2], work); !done) {
    return Failure(std::move(done).error());
  }
  const auto ended = merge_tree(repository.state(), git_dir, work, merge);
  remove_tree(work);
  if (!ended) {
    return Failure(ended.error());
  }
  constexpr int k_conflicts = 1;
  const bool is_clean = ended->end.ok();
  if (!is_clean && (ended->end.how != CommandEnd::How::exited || ended->end.code != k_conflicts)) {
    return Attempt{{}, ended->end.how == CommandEnd::How::timed_out ? "it takes too long" : last_line(ended->err)};
  }
  // Up to 2.43 git goes on without a commit that it can't read, as if the histories had nothing in common.
  if (starts_any_line(ended->err, "error: ")) {
    return Attempt{{}, last_line(ended->err)};
  }
  auto made = read_made(ended->out);
  if (!made) {
    return failed(merge, "git says something that makes no sense");
  }
  made->is_clean = is_clean;
  return Attempt{std::move(made), {}};
}

// Gives the paths that are not as git makes them, and those that met a conflict.
Result<std::set<std::string>> compare(git_odb* odb, const Made& made, const git_oid& recorded, RemadeMerge& remade) {
  std::set<std::string> unlike;
  const OnTreeChange note = [&](const std::string& path, const auto&) -> Result<void> {
    unlike.insert(path);
    if (made.conflicts.count(path) == 0) {
      remade.smuggled.push_back(path);
    }
    return {};
  };
  if (auto compared = compare_trees(odb, recorded, {made.tree}, note); !compared) {
    return Failure(std::move(compared).error());
  }
  using Outcome = RemadeMerge::Outcome;
  remade.outcome = !remade.smuggled.empty() ? Outcome::edited : made.is_clean && unlike.empty() ? Outcome::same : Outcome::resolved;
  unlike.insert(made.conflicts.begin(), made.conflicts.end());
  return unlike;
}

// The paths at which the first tree differs from one of the others; no more than these, if some are named.
Result<std::vector<std::string>> unlike_a_parent(git_odb* odb, const std::vector<git_oid>& trees,
                                                 const std::optional<std::set<std::string>>& among) {
  std::set<std::string> paths;
  const OnTreeChange note = [&](const std::string& path, const auto&) -> Result<void> {
    if (!among || among->count(path) != 0) {
      paths.insert(path);
    }
    return {};
  };
  for (std::size_t i = 1; i < trees.size() && (!among || paths.size() < among->size()); ++i) {
    if (auto compared = compare_trees(odb, trees.front(), {trees[i]}, note); !compared) {
      return Failure(std::move(compared).error());
    }
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

} // namespace

Result<RemadeMerge> MergeMaker::remake(const NewCommit& merge) {
  RemadeMerge remade{merge.oid, RemadeMerge::Outcome::cannot_tell, {}, {}};
  git_odb* odb = m_repository.state().odb.get();
  const auto trees = trees_of(odb, merge);
  if (!trees) {
    return Failure(trees.error());
  }
  std::optional<std::set<std::string>> unlike;
  if (merge.parents.size() == 2) {
    const auto shop = workshop();
    if (!shop) {
      return Failure(shop.error());
    }
    const fs::path work = (*shop)->folder.path() / ("tree" + std::to_string((*shop)->turn++));
    auto made = attempt(m_repository, merge, *trees, (*shop)->git_dir(), work);
    if (!made) {
      return Failure(std::move(made).error());
    }
    remade.reason = std::move(made->reason);
    if (made->made) {
      auto compared = compare((*shop)->odb.get(), *made->made, trees->front(), remade);
      if (!compared) {
        return Failure(std::move(compared).error());
      }
      unlike = *std::move(compared);
    }
  } else {
    remade.reason = "it has " + std::to_string(merge.parents.size()) + " parents, and git makes only merges of two again";
  }
  auto decided = unlike_a_parent(odb, *trees, unlike);
  if (!decided) {
    return Failure(std::move(decided).error());
  }
  remade.decided = *std::move(decided);
  return remade;
}

} // namespace gate
