#include "cli/tree_file.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "git/commit_facts.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most_links = 40;    // path_resolution(7)
constexpr std::size_t k_longest_link = 4095; // bytes; PATH_MAX of limits.h

// Without what quotes and joins lines in git's configuration: enough to see whether a path may be in it.
std::string bare(const std::string& configuration) {
  std::string text;
  std::copy_if(configuration.begin(), configuration.end(), std::back_inserter(text),
               [](char c) { return c != '\\' && c != '"' && c != '\n' && c != '\r'; });
  return text;
}

/// Where a path leads.
struct Way {
  std::string path; ///< without links
  std::vector<std::string> links;
};

/// Reads one path of one tree.
class TreePath {
public:
  TreePath(OpenRepository& repository, const Oid& commit) : m_repository(repository), m_commit(commit) {}

  Result<TreeFile> read(const std::string& path) {
    const auto plain = m_repository.file_at(m_commit, path);
    if (plain && *plain) {
      return TreeFile{TreeFile::Kind::regular, **plain};
    }
    const auto way = way_to(path);
    if (!way) {
      return tl::unexpected(way.error());
    }
    return *way ? at_the_end_of(**way) : opaque();
  }

private:
  Result<TreeFile> at_the_end_of(const Way& way) {
    const auto text = m_repository.file_at(m_commit, way.path);
    if (!text && text.error().kind != ErrorKind::policy) {
      return tl::unexpected(text.error());
    }
    const std::string real = way.links.empty() ? "" : way.path;
    if (text && *text) {
      return TreeFile{TreeFile::Kind::regular, **text, way.links, real};
    }
    const auto is_hidden = text ? is_behind_something(way.path) : Result<bool>(true);
    if (!is_hidden) {
      return tl::unexpected(is_hidden.error());
    }
    return *is_hidden ? opaque() : TreeFile{TreeFile::Kind::absent, "", way.links, real};
  }

  // What it is then is told by nothing less than the whole tree.
  Result<TreeFile> opaque() {
    const auto object = m_repository.peel(m_commit);
    if (!object) {
      return tl::unexpected(object.error());
    }
    return TreeFile{TreeFile::Kind::opaque, "the whole tree is " + object->tree.value_or(m_commit).hex()};
  }

  // Nothing where it leads out of the tree, or round in circles.
  Result<std::optional<Way>> way_to(const std::string& path) {
    std::vector<std::string> open;
    const auto go_on_with = [&open](const std::filesystem::path& names) {
      std::vector<std::string> parts;
      std::transform(names.begin(), names.end(), std::back_inserter(parts), [](const auto& name) { return name.string(); });
      open.insert(open.end(), parts.rbegin(), parts.rend());
    };
    go_on_with(path);
    Way way;
    std::filesystem::path at;
    while (!open.empty()) {
      const std::string name = std::exchange(open.back(), "");
      open.pop_back();
      if (name == ".." && at.empty()) {
        return std::nullopt;
      }
      if (name.empty() || name == "." || name == "..") {
        at = name == ".." ? at.parent_path() : at;
        continue;
      }
      const auto target = link_at((at / name).string());
      if (!target) {
        return tl::unexpected(target.error());
      }
      if (!*target) {
        at /= name;
        continue;
      }
      const std::filesystem::path leads_to(**target);
      if (leads_to.empty() || leads_to.is_absolute() || (*target)->find('\0') != std::string::npos || way.links.size() == k_most_links) {
        return std::nullopt;
      }
      way.links.push_back((at / name).string());
      go_on_with(leads_to);
    }
    way.path = at.string();
    return at.empty() ? std::nullopt : std::optional(std::move(way));
  }

  // What the symlink there holds; nothing for all else. A blob that is no file, and not too large for one, is a link.
  Result<std::optional<std::string>> link_at(const std::string& path) {
    const auto text = m_repository.file_at(m_commit, path);
    if (text || text.error().kind != ErrorKind::policy) {
      return text ? Result<std::optional<std::string>>(std::nullopt) : tl::unexpected(text.error());
    }
    const auto entry = m_repository.rev_parse(m_commit.hex() + ":" + path);
    const auto object = entry && *entry ? m_repository.peel(**entry) : Result<Peeled>(Peeled{});
    if (!entry || !object) {
      return tl::unexpected(entry ? object.error() : entry.error());
    }
    if (object->kind != Peeled::Kind::blob) {
      return std::nullopt;
    }
    auto content = commits_of_push(m_repository, RemoteRefs::tracking)->content(**entry);
    if (!content) {
      return tl::unexpected(content.error());
    }
    return content->size() <= k_longest_link ? std::optional(*std::move(content)) : std::nullopt;
  }

  // Is a link, a file or a submodule where a folder of the path should be?
  Result<bool> is_behind_something(const std::string& path) {
    std::optional<std::string> submodules;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const std::string folder = path.substr(0, slash);
      const auto entry = m_repository.rev_parse(m_commit.hex() + ":" + folder);
      if (!entry) {
        return tl::unexpected(entry.error());
      }
      if (*entry) {
        const auto object = m_repository.peel(**entry);
        if (!object) {
          return tl::unexpected(object.error());
        }
        if (object->kind != Peeled::Kind::tree) {
          return true;
        }
        continue;
      }
      const auto text = submodules ? Result<std::optional<std::string>>(*submodules) : m_repository.file_at(m_commit, ".gitmodules");
      if (!text && text.error().kind != ErrorKind::policy) {
        return tl::unexpected(text.error());
      }
      if (!text) {
        return true;
      }
      submodules = bare(text->value_or(""));
      return submodules->find(bare(folder)) != std::string::npos;
    }
    return false;
  }

  OpenRepository& m_repository;
  const Oid& m_commit;
};

} // namespace

Result<TreeFile> read_tree_file(OpenRepository& repository, const Oid& commit, const std::string& path) {
  return TreePath(repository, commit).read(path);
}

} // namespace gate
