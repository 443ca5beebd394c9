#include "git/changed_files.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "git/commits.hpp"

namespace gate {

namespace {

constexpr std::size_t k_depth_limit = 2000;
constexpr std::size_t k_change_limit = 1'000'000;
constexpr const char* k_see_fsck = "see what `git fsck` says";
constexpr const char* k_fetch_whole = "fetch it: git fetch --refetch --no-filter (a shallow clone: git fetch --unshallow)";

// As git has it: by the kind alone, whatever the permission bits.
constexpr unsigned k_kind = 0170000;
bool is_folder(unsigned mode) { return (mode & k_kind) == GIT_FILEMODE_TREE; }
bool is_submodule(unsigned mode) { return (mode & k_kind) == GIT_FILEMODE_COMMIT; }

Failure not_here(const char* what, const git_oid& oid) {
  return could_not_run(std::string("the ") + what + " " + from_git(oid).hex() + " is not in this repository", k_fetch_whole);
}

/// Goes through the entries of one tree.
class Cursor {
public:
  /// An empty tree.
  Cursor() = default;
  static Result<Cursor> open(git_odb* odb, const git_oid& oid) {
    auto object = read_object(odb, oid);
    if (!object) {
      return Failure(std::move(object).error());
    }
    if (!*object) {
      return not_here("tree", oid);
    }
    Cursor cursor;
    cursor.m_rest = git_odb_object_type(object->get()) == GIT_OBJECT_TREE ? bytes_of(*object) : "no tree";
    cursor.m_object = *std::move(object);
    cursor.m_tree = oid;
    auto moved = cursor.next();
    return moved ? Result<Cursor>(std::move(cursor)) : Failure(std::move(moved).error());
  }

  bool at_end() const { return m_name.empty(); }
  std::string_view name() const { return m_name; }
  const TreeEntry& entry() const { return m_entry; }

  Result<void> next() {
    m_name = {};
    if (m_rest.empty()) {
      return {};
    }
    unsigned mode = 0;
    std::size_t i = 0;
    for (; i < m_rest.size() && i < 7 && m_rest[i] >= '0' && m_rest[i] <= '7'; ++i) {
      mode = mode * 8 + static_cast<unsigned>(m_rest[i] - '0');
    }
    const auto end = m_rest.find('\0');
    if (i == 0 || i >= m_rest.size() || m_rest[i] != ' ' || end == std::string_view::npos || end <= i + 1 ||
        m_rest.size() < end + 1 + GIT_OID_RAWSZ) {
      return could_not_run("the tree " + from_git(m_tree).hex() + " is malformed", k_see_fsck);
    }
    m_name = m_rest.substr(i + 1, end - i - 1);
    m_entry.mode = mode;
    std::memcpy(m_entry.oid.id, m_rest.data() + end + 1, GIT_OID_RAWSZ);
    m_rest.remove_prefix(end + 1 + GIT_OID_RAWSZ);
    return {};
  }

  // git's order (base_name_compare): a folder's name is followed by a slash. A name cannot hold the slash itself, except in
  // trees that nobody should have made; those compare somehow, and count as changed.
  static bool before(const Cursor& a, const Cursor& b) {
    const std::size_t common = std::min(a.m_name.size(), b.m_name.size());
    const int order = std::memcmp(a.m_name.data(), b.m_name.data(), common);
    return order != 0 ? order < 0 : a.sign_at(common) < b.sign_at(common);
  }
  static bool same_place(const Cursor& a, const Cursor& b) {
    return a.m_name == b.m_name && is_folder(a.m_entry.mode) == is_folder(b.m_entry.mode);
  }

private:
  unsigned sign_at(std::size_t i) const {
    if (i < m_name.size()) {
      return static_cast<unsigned char>(m_name[i]);
    }
    return is_folder(m_entry.mode) ? '/' : 0U;
  }

  OdbObject m_object;
  git_oid m_tree{};
  std::string_view m_rest;
  std::string_view m_name; ///< empty at the end
  TreeEntry m_entry;
};

using MaybeTree = std::optional<git_oid>; ///< nothing: there is no such folder

bool same_entry(const TreeEntry& a, const TreeEntry& b) {
  return a.mode == b.mode && git_oid_equal(&a.oid, &b.oid) != 0;
}

class Comparison {
public:
  Comparison(git_odb* odb, const OnTreeChange& on_change) : m_odb(odb), m_on_change(on_change) {}

  // With `own` nothing: all that the others have in common has gone.
  Result<void> folder(const MaybeTree& own, const std::vector<MaybeTree>& others, std::size_t depth) {
    if (depth > k_depth_limit) {
      return could_not_run("a tree has folders more than " + std::to_string(k_depth_limit) + " deep",
                           "move its files up");
    }
    auto here = open(own);
    if (!here) {
      return Failure(std::move(here).error());
    }
    std::vector<Cursor> theirs;
    for (const MaybeTree& other : others) {
      auto cursor = open(other);
      if (!cursor) {
        return Failure(std::move(cursor).error());
      }
      theirs.push_back(*std::move(cursor));
    }
    while (true) {
      const Cursor* first = here->at_end() ? nullptr : &*here;
      for (const Cursor& cursor : theirs) {
        first = cursor.at_end() || (first != nullptr && !Cursor::before(cursor, *first)) ? first : &cursor;
      }
      if (first == nullptr) {
        return {};
      }
      if (auto done = step(*here, theirs, *first, depth); !done) {
        return done;
      }
    }
  }

private:
  Result<Cursor> open(const MaybeTree& tree) const {
    return tree ? Cursor::open(m_odb, *tree) : Result<Cursor>(Cursor());
  }

  // Judges all entries that stand where `first` stands, and moves past them.
  Result<void> step(Cursor& here, std::vector<Cursor>& theirs, const Cursor& first, std::size_t depth) {
    const bool is_own = !here.at_end() && Cursor::same_place(here, first);
    std::vector<Cursor*> same;
    for (Cursor& cursor : theirs) {
      if (!cursor.at_end() && Cursor::same_place(cursor, first)) {
        same.push_back(&cursor);
      }
    }
    const bool is_equal = is_own && std::any_of(same.begin(), same.end(), [&](const Cursor* cursor) {
                            return same_entry(cursor->entry(), here.entry());
                          });
    const bool is_lost = !is_own && same.size() == theirs.size();
    Result<void> judged;
    if (is_own ? !is_equal : is_lost) {
      judged = changed(is_own ? &here : nullptr, same, theirs.size(), depth);
    }
    if (judged && is_own) {
      judged = here.next();
    }
    for (std::size_t i = 0; judged && i < same.size(); ++i) {
      judged = same[i]->next();
    }
    return judged;
  }

  Result<void> changed(const Cursor* own, const std::vector<Cursor*>& same, std::size_t all, std::size_t depth) {
    const Cursor& any = own != nullptr ? *own : *same.front();
    const std::size_t length = m_path.size();
    m_path += any.name();
    Result<void> done;
    if (is_folder(any.entry().mode)) {
      std::vector<MaybeTree> others(all);
      for (std::size_t i = 0; i < same.size(); ++i) {
        others[i] = same[i]->entry().oid;
      }
      m_path += '/';
      done = folder(own != nullptr ? MaybeTree(own->entry().oid) : std::nullopt, others, depth + 1);
    } else if (++m_count > k_change_limit) {
      done = could_not_run("a commit changes more than " + std::to_string(k_change_limit) + " files",
                           "make several commits of it");
    } else {
      done = m_on_change(m_path, own != nullptr ? std::optional(own->entry()) : std::nullopt);
    }
    m_path.resize(length);
    return done;
  }

  git_odb* m_odb;
  const OnTreeChange& m_on_change;
  std::string m_path;
  std::size_t m_count = 0;
};

Result<std::int64_t> size_of(git_odb* odb, const git_oid& blob, const std::string& where) {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int status = git_odb_read_header(&size, &type, odb, &blob);
  if (status == GIT_ENOTFOUND) {
    return could_not_run("the file " + where + " (" + from_git(blob).hex() + ") is not in this repository", k_fetch_whole);
  }
  if (status != 0 || type != GIT_OBJECT_BLOB) {
    return could_not_run("cannot read the file " + where + ": " + (status != 0 ? git_reason() : "it is none"), k_see_fsck);
  }
  return static_cast<std::int64_t>(size);
}

Result<std::vector<git_oid>> trees_of_parents(RepositoryState& state, const NewCommit& commit) {
  std::vector<git_oid> trees;
  for (const Oid& parent : commit.parents) {
    const auto oid = to_git(parent);
    auto tree = oid ? tree_of(state.odb.get(), *oid) : Result<git_oid>(tl::unexpect, Error{});
    if (!tree) {
      const std::string why = oid ? tree.error().message : parent.hex() + " is no SHA-1 name";
      return could_not_run("cannot tell what " + commit.oid.hex() + " changes: " + why,
                           "fetch its parents: git fetch --unshallow, or git fetch");
    }
    trees.push_back(*tree);
  }
  return trees;
}

} // namespace

Result<void> compare_trees(git_odb* odb, const git_oid& tree, const std::vector<git_oid>& others,
                           const OnTreeChange& on_change) {
  for (const git_oid& other : others) {
    if (git_oid_equal(&other, &tree) != 0) {
      return {};
    }
  }
  return Comparison(odb, on_change).folder(tree, {others.begin(), others.end()}, 0);
}

Result<git_oid> tree_of(git_odb* odb, const git_oid& commit) {
  const auto object = read_object(odb, commit);
  if (!object) {
    return Failure(object.error());
  }
  if (!*object) {
    return not_here("commit", commit);
  }
  const auto tree = git_odb_object_type(object->get()) == GIT_OBJECT_COMMIT ? tree_in(bytes_of(*object)) : std::nullopt;
  if (!tree) {
    return could_not_run("the commit " + from_git(commit).hex() + " is malformed", k_see_fsck);
  }
  return *tree;
}

Result<std::vector<ChangedFile>> find_changed_files(RepositoryState& state, const NewCommit& commit) {
  git_odb* odb = state.odb.get();
  const auto oid = to_git(commit.oid);
  const auto tree = oid ? tree_of(odb, *oid) : Result<git_oid>(not_here("commit", git_oid{}));
  if (!tree) {
    return Failure(tree.error());
  }
  const auto parents = trees_of_parents(state, commit);
  if (!parents) {
    return Failure(parents.error());
  }
  std::vector<ChangedFile> files;
  const OnTreeChange note = [&](const std::string& path, const std::optional<TreeEntry>& entry) -> Result<void> {
    ChangedFile file{commit.oid, path, {}, 0};
    file.is_submodule = entry && is_submodule(entry->mode);
    if (entry && !is_submodule(entry->mode)) {
      const auto size = size_of(odb, entry->oid, path + " of " + commit.oid.brief());
      if (!size) {
        return Failure(size.error());
      }
      file.blob = from_git(entry->oid);
      file.size = *size;
    }
    files.push_back(std::move(file));
    return {};
  };
  const auto compared = compare_trees(odb, *tree, *parents, note);
  return compared ? Result<std::vector<ChangedFile>>(std::move(files)) : Failure(compared.error());
}

} // namespace gate
