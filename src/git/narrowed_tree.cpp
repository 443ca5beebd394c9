#include "git/narrowed_tree.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "git/commits.hpp"
#include "git/handles.hpp"

namespace gate {

namespace {

constexpr int k_deepest_tree = 512;

using Share = PathChoice::Share;

class Narrowing {
public:
  Narrowing(git_repository* repository, const PathChoice& choice) : m_repository(repository), m_choice(choice) {}

  Result<std::optional<git_oid>> tree(const git_oid& oid, const std::string& path, int depth) const {
    if (m_choice.share_of(path) == Share::all) {
      return std::optional(oid);
    }
    if (depth > k_deepest_tree) {
      return could_not_run("the tree is nested more than " + std::to_string(k_deepest_tree) + " folders deep");
    }
    const auto from = open(oid, path);
    if (!from) {
      return Failure(from.error());
    }
    std::string bytes;
    for (std::size_t i = 0; i < git_tree_entrycount(from->get()); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(from->get(), i);
      const std::string below = path + (path.empty() ? "" : "/") + git_tree_entry_name(entry);
      const auto left = entry_left(*entry, below, depth);
      if (!left) {
        return left;
      }
      if (*left) {
        add(bytes, *entry, **left);
      }
    }
    // git has no empty folders, but an empty tree.
    return bytes.empty() && !path.empty() ? Result<std::optional<git_oid>>(std::nullopt) : hash(bytes);
  }

  Result<std::optional<git_oid>> at(const git_oid& top, std::string_view path) const {
    git_oid here = top;
    std::string walked;
    while (!path.empty()) {
      const std::string part(path.substr(0, path.find('/')));
      path.remove_prefix(std::min(path.size(), part.size() + 1));
      const auto folder = open(here, walked);
      if (!folder) {
        return Failure(folder.error());
      }
      const git_tree_entry* entry = git_tree_entry_byname(folder->get(), part.c_str());
      walked += (walked.empty() ? "" : "/") + part;
      if (entry == nullptr || m_choice.share_of(walked) == Share::none) {
        return std::optional<git_oid>();
      }
      here = *git_tree_entry_id(entry);
      if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) {
        const bool is_it = path.empty() && m_choice.share_of(walked) == Share::all;
        return is_it ? std::optional(here) : std::nullopt;
      }
    }
    return tree(here, walked, 0);
  }

private:
  Result<std::optional<git_oid>> entry_left(const git_tree_entry& entry, const std::string& path, int depth) const {
    const Share share = m_choice.share_of(path);
    if (share == Share::all) {
      return std::optional(*git_tree_entry_id(&entry));
    }
    if (share == Share::part && git_tree_entry_type(&entry) == GIT_OBJECT_TREE) {
      return tree(*git_tree_entry_id(&entry), path, depth + 1);
    }
    return std::optional<git_oid>();
  }

  Result<TreeHandle> open(const git_oid& oid, const std::string& path) const {
    git_tree* raw = nullptr;
    const int status = git_tree_lookup(&raw, m_repository, &oid);
    if (status == GIT_ENOTFOUND) {
      return could_not_run("the folder " + (path.empty() ? std::string("at the top") : path) + " (tree " + from_git(oid).hex() + ") is not in this repository",
                           "fetch it: git fetch --refetch --no-filter");
    }
    if (status != 0) {
      return could_not_run("cannot read the tree " + from_git(oid).hex() + ": " + git_reason(), "check the repository with `git fsck`");
    }
    return TreeHandle(raw);
  }

  static void add(std::string& bytes, const git_tree_entry& entry, const git_oid& oid) {
    std::array<char, 16> mode{};
    std::snprintf(mode.data(), mode.size(), "%o ", static_cast<unsigned>(git_tree_entry_filemode_raw(&entry)));
    bytes += mode.data();
    bytes += git_tree_entry_name(&entry);
    bytes += '\0';
    bytes.append(reinterpret_cast<const char*>(oid.id), GIT_OID_RAWSZ);
  }

  static Result<std::optional<git_oid>> hash(const std::string& bytes) {
    git_oid oid;
    if (git_odb_hash(&oid, bytes.data(), bytes.size(), GIT_OBJECT_TREE) != 0) {
      return could_not_run("cannot name a tree: " + git_reason());
    }
    return std::optional(oid);
  }

  git_repository* m_repository;
  const PathChoice& m_choice;
};

} // namespace

Result<std::optional<git_oid>> narrowed(git_repository* repository, const git_oid& tree, const PathChoice& choice, std::string_view path) {
  return Narrowing(repository, choice).at(tree, path);
}

Result<std::optional<git_oid>> narrowed_folder(git_repository* repository, const git_oid& tree, const PathChoice& choice, const std::string& path) {
  return Narrowing(repository, choice).tree(tree, path, 0);
}

} // namespace gate
