#include "engine/compose_files.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "engine/compose_document.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

bool is_below(const fs::path& folder, const fs::path& path) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

// A link that leads nowhere stays as it is in weakly_canonical: somebody could still make what it points to.
bool has_link(const fs::path& base, fs::path path) {
  std::error_code error;
  while (path != base && path.has_relative_path()) {
    if (fs::is_symlink(fs::symlink_status(path, error))) {
      return true;
    }
    path = path.parent_path();
  }
  return false;
}

/// Goes through a compose file and those that it draws in.
class Reading {
public:
  explicit Reading(fs::path tree) : m_tree(std::move(tree)) {}

  void file(const fs::path& path, const fs::path& folder);
  void refuse(const std::string& sentence) { m_drawn.hazards.push_back(sentence); }
  DrawnFiles drawn() && { return std::move(m_drawn); }

private:
  void service(const std::string& name, const Json& definition, const fs::path& folder);
  void include(const Json& entry, const fs::path& folder);
  void top_level_files(const Json& document, const char* kind, const fs::path& folder);
  void paths(const std::string& what, const Json& value, const fs::path& folder);
  std::optional<fs::path> path(const std::string& what, const Json& value, const fs::path& folder);
  void remember(const fs::path& path, std::vector<DrawnFiles::Content>& where);
  std::string name_of(const fs::path& file) const { return file.lexically_relative(m_tree).string(); }

  fs::path m_tree;
  std::set<std::pair<fs::path, fs::path>> m_seen; ///< a file, and the folder that its paths are seen from
  DrawnFiles m_drawn;
};

void Reading::remember(const fs::path& path, std::vector<DrawnFiles::Content>& where) {
  Result<std::optional<std::string>> text = read_file(path);
  m_drawn.complete = m_drawn.complete && text.has_value();
  where.push_back({path.lexically_normal(), text ? std::move(*text) : std::nullopt});
}

// Variables and "~" are put in later, by compose: what such a path will be can't be known here.
std::optional<fs::path> Reading::path(const std::string& what, const Json& value, const fs::path& folder) {
  if (!value.is_string()) {
    refuse(what + " must be a path");
    return std::nullopt;
  }
  const std::string text = value.get<std::string>();
  // "github.com/…" and "git@…" are remote resources to compose v2, whatever files the tree has.
  const bool is_remote = text.find("://") != std::string::npos || text.find('@') != std::string::npos ||
                         text.rfind("github.com/", 0) == 0;
  if (text.find('$') != std::string::npos || (!text.empty() && text.front() == '~') || is_remote) {
    refuse(what + " " + text + " must be a plain path in the tree");
    return std::nullopt;
  }
  const fs::path full = folder / text;
  if (!lies_inside(m_tree, full)) {
    refuse(what + " " + text + " lies outside of the tree");
    return std::nullopt;
  }
  return full;
}

// One path, several, or { path = … } of each.
void Reading::paths(const std::string& what, const Json& value, const fs::path& folder) {
  if (value.is_null()) {
    return;
  }
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    if (const std::optional<fs::path> file = path(what, item.is_object() ? member(item, "path") : item, folder)) {
      remember(*file, m_drawn.contents);
    }
  }
}

void Reading::service(const std::string& name, const Json& definition, const fs::path& folder) {
  const std::string who = "service \"" + name + "\": ";
  paths(who + "env_file", member(definition, "env_file"), folder);
  paths(who + "label_file", member(definition, "label_file"), folder);
  const Json& extends = member(definition, "extends");
  if (!member(extends, "file").is_null()) {
    if (const std::optional<fs::path> other = path(who + "extends.file", member(extends, "file"), folder)) {
      file(*other, other->lexically_normal().parent_path());
    }
  }
}

void Reading::include(const Json& entry, const fs::path& folder) {
  const Json& named = entry.is_object() ? member(entry, "path") : entry;
  if (!member(entry, "project_directory").is_null()) {
    refuse("include.project_directory is not allowed in a suite");
  }
  paths("include.env_file", member(entry, "env_file"), folder);
  for (const Json& item : named.is_array() ? named : Json::array({named})) {
    if (const std::optional<fs::path> other = path("include", item, folder)) {
      file(*other, other->lexically_normal().parent_path());
    }
  }
}

void Reading::top_level_files(const Json& document, const char* kind, const fs::path& folder) {
  const Json& entries = member(document, kind);
  for (const auto& [name, definition] : map_of(entries).items()) {
    if (!member(definition, "file").is_null()) {
      path(std::string(kind) + " \"" + name + "\": file", member(definition, "file"), folder);
    }
  }
}

void Reading::file(const fs::path& path, const fs::path& folder) {
  const fs::path full = path.lexically_normal();
  if (!m_seen.insert({full, folder}).second) {
    return;
  }
  const Result<std::optional<std::string>> text = read_file(full);
  if (!text || !*text) {
    refuse(text ? "the tree has no " + name_of(full) : text.error().message);
    return;
  }
  m_drawn.contents.push_back({full, **text});
  const tl::expected<Json, std::string> document = parse_compose(**text);
  if (!document) {
    refuse(name_of(full) + ": " + document.error());
    return;
  }
  const Json& services = member(*document, "services");
  // A file that is merged over another may be about networks and volumes only.
  if (!services.is_object() && (m_seen.size() == 1 || !services.is_null())) {
    refuse(name_of(full) + " has no \"services\"");
    return;
  }
  for (const auto& [name, definition] : map_of(services).items()) {
    service(name, definition, folder);
  }
  top_level_files(*document, "secrets", folder);
  top_level_files(*document, "configs", folder);
  const Json& includes = member(*document, "include");
  for (const Json& entry : includes.is_array()  ? includes
                           : includes.is_null() ? Json::array()
                                                : Json::array({includes})) {
    include(entry, folder);
  }
  if (!lies_inside(m_tree, folder / ".env")) {
    refuse(".env lies outside of the tree");
    return;
  }
  remember(folder / ".env", m_drawn.variables);
}

} // namespace

bool lies_inside(const fs::path& folder, const fs::path& path) {
  std::error_code error;
  const fs::path base = fs::canonical(folder, error);
  if (error) {
    return false;
  }
  for (const fs::path& candidate : {path, path.lexically_normal()}) {
    const fs::path resolved = fs::weakly_canonical(candidate, error);
    if (error || !is_below(base, resolved) || has_link(base, resolved)) {
      return false;
    }
  }
  return true;
}

DrawnFiles drawn_files(const fs::path& tree, const std::vector<fs::path>& files) {
  Reading reading(tree);
  for (const fs::path& file : files) {
    if (lies_inside(tree, file)) {
      reading.file(file, files.front().lexically_normal().parent_path());
    } else {
      reading.refuse("the compose file " + file.lexically_relative(tree).string() + " lies outside of the tree");
    }
  }
  return std::move(reading).drawn();
}

} // namespace gate
