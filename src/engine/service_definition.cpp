#include "engine/service_definition.hpp"

#include <algorithm>
#include <array>

namespace gate {

namespace {

// Dropped by the run, or only about its order; "build", "environment" and what else is here have lines of their own.
constexpr std::array k_silent{"container_name", "depends_on", "develop", "extends",  "label_file", "labels",
                              "logging",        "ports",      "profiles", "pull_policy", "restart"};

} // namespace

std::string shown_json(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

// A pointer of Git LFS: a checkout may put other content into its place. Its readers also take older addresses, and blanks before it
// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, lfs/pointer.go).
bool is_lfs_pointer(std::string_view text) {
  constexpr std::string_view k_begin = "version http";
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size()));
  return text.substr(0, k_begin.size()) == k_begin;
}

bool is_no_part_of_a_run(const std::string& key) { return std::find(k_silent.begin(), k_silent.end(), key) != k_silent.end() || key.rfind("x-", 0) == 0; }

std::set<std::string> variable_names(const Json& value) {
  std::set<std::string> names;
  for (const auto& [name, ignored] : map_of(value).items()) {
    names.insert(name);
  }
  for (const Json& item : list_of(value)) {
    const std::string text = shown_json(item);
    names.insert(text.substr(0, text.find('=')));
  }
  return names;
}

Json normalized(const Json& definition) {
  Json result = Json::object();
  for (const auto& [key, value] : map_of(definition).items()) {
    if (is_no_part_of_a_run(key)) {
      continue;
    }
    result[key] = value;
    if (key == "environment" && !value.is_null()) {
      result[key] = variable_names(value);
    } else if (key == "volumes" && value.is_array()) {
      std::sort(result[key].begin(), result[key].end());
    } else if (key == "build" && value.is_object()) {
      result[key].erase("labels");
    }
  }
  return result;
}

Digest digest_of_json(const Json& value) { return Digest::of(value.dump(-1, ' ', true, Json::error_handler_t::replace)); }

std::set<std::string> names_in_env_file(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    entry.remove_prefix(std::min(entry.find_first_not_of(" \t\r"), entry.size()));
    if (!entry.empty() && entry.front() != '#') {
      names.emplace(entry.substr(0, entry.find_first_of("=:")));
    }
  }
  return names;
}

std::optional<std::string> path_in_tree(const std::filesystem::path& folder, const std::string& text) {
  const bool is_plain = text.find("://") == std::string::npos && text.find('$') == std::string::npos && text.find('\0') == std::string::npos &&
                        (text.empty() || (text[0] != '~' && text[0] != '/'));
  const std::filesystem::path path = (folder / (text.empty() ? "." : text)).lexically_normal();
  if (!is_plain || *path.begin() == "..") {
    return std::nullopt;
  }
  std::string name = path.string();
  while (name.size() > 1 && name.back() == '/') {
    name.pop_back();
  }
  return name;
}

} // namespace gate
