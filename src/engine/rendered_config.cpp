#include "engine/rendered_config.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_form = "gate-rendered-compose-1";
constexpr std::string_view k_tree = "\x01tree\x01"; // stands for the tree's path
constexpr std::size_t k_digest_size = 64;

void add_part(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}

bool is_contained(const std::vector<DrawnFiles::Content>& contents, std::string_view what) {
  return std::any_of(contents.begin(), contents.end(), [&](const DrawnFiles::Content& it) { return it.text && it.text->find(what) != std::string::npos; });
}

// A variable counts if a file has its name: compose knows no other way to ask for one. What YAML may write otherwise ("\x48OME") stands
// for any, and "~" for the home.
bool may_count(const std::string& variable, const DrawnFiles& drawn) {
  const std::string name = variable.substr(0, variable.find('='));
  const auto names = [&](const std::vector<DrawnFiles::Content>& contents) {
    return is_contained(contents, name) || is_contained(contents, "\\") || (name == "HOME" && is_contained(contents, "~"));
  };
  return names(drawn.contents) || names(drawn.variables);
}

void each_text(Json& value, const std::function<void(std::string&)>& visit) {
  if (value.is_string()) {
    visit(value.get_ref<std::string&>());
  } else if (value.is_array()) {
    for (Json& item : value) {
      each_text(item, visit);
    }
  } else if (value.is_object()) {
    Json renamed = Json::object();
    for (auto& [key, item] : value.items()) {
      std::string name = key;
      visit(name);
      each_text(item, visit);
      renamed[name] = std::move(item);
    }
    value = std::move(renamed);
  }
}

bool continues_a_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

void replace_all(std::string& text, std::string_view from, std::string_view to, bool whole_names) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    const std::size_t end = at + from.size();
    if (whole_names && end < text.size() && continues_a_name(text[end])) {
      at = end;
      continue;
    }
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

/// The model without the path; nothing when some of it would stay.
std::optional<Json> without_path(Json model, const fs::path& tree) {
  std::error_code error;
  const fs::path real = fs::canonical(tree, error);
  // A checkout lies in a folder of its own run: a path of it that is not the tree's would lead nowhere in the next one.
  const std::array foreign{tree.parent_path().string(), real.parent_path().string()};
  bool clean = !error && tree.is_absolute() && tree.has_relative_path();
  each_text(model, [&](std::string& text) {
    clean = clean && text.find(k_tree) == std::string::npos;
    replace_all(text, tree.string(), k_tree, true);
    for (const std::string& path : foreign) {
      clean = clean && (path.size() < 2 || text.find(path) == std::string::npos);
    }
  });
  return clean ? std::optional(std::move(model)) : std::nullopt;
}

} // namespace

std::optional<Digest> rendering_key(const Rendering& rendering) {
  // Of variables of its own compose makes more than a value: where to look for further files, for instance.
  if (!rendering.drawn.complete || is_contained(rendering.drawn.variables, "COMPOSE_") || is_contained(rendering.drawn.variables, "\\")) {
    return std::nullopt;
  }
  std::string text;
  add_part(text, k_form);
  for (const fs::path& file : rendering.files) {
    add_part(text, "file");
    add_part(text, file.lexically_relative(rendering.tree).string());
  }
  for (const auto* const contents : {&rendering.drawn.contents, &rendering.drawn.variables}) {
    for (const DrawnFiles::Content& content : *contents) {
      add_part(text, content.text ? "content" : "nothing");
      add_part(text, content.path.lexically_relative(rendering.tree).string());
      add_part(text, content.text.value_or(""));
    }
  }
  for (const std::string& variable : rendering.env) {
    if (may_count(variable, rendering.drawn)) {
      add_part(text, "variable");
      add_part(text, variable);
    }
  }
  return Digest::of(text);
}

std::optional<Json> RenderedConfigs::find(const Digest& key, const fs::path& tree, const std::string& compose) const {
  constexpr std::size_t k_limit = 16U << 20U;
  const Result<std::optional<std::string>> read = read_file(file_of(key), k_limit);
  if (!read || !*read || (*read)->size() < k_digest_size) {
    return std::nullopt;
  }
  const std::string_view content = std::string_view(**read).substr(k_digest_size);
  if (Digest::of(content).hex() != (*read)->substr(0, k_digest_size)) {
    return std::nullopt;
  }
  const Json stored = parse_json(content);
  Json model = member(stored, "model");
  if (!model.is_object() || (!compose.empty() && member(stored, "compose") != compose)) {
    return std::nullopt;
  }
  each_text(model, [&](std::string& text) { replace_all(text, k_tree, tree.string(), false); });
  std::error_code error; // it was of use just now
  fs::last_write_time(file_of(key), fs::file_time_type::clock::now(), error);
  return model;
}

void RenderedConfigs::store(const Digest& key, const fs::path& tree, const std::string& compose, const Json& model) const {
  const std::optional<Json> movable = compose.empty() ? std::nullopt : without_path(model, tree);
  if (!movable) {
    return;
  }
  std::error_code error;
  fs::create_directories(m_folder, error);
  fs::permissions(m_folder, fs::perms::owner_all, error);
  if (error) {
    return;
  }
  const std::string content = Json{{"compose", compose}, {"model", *movable}}.dump(-1, ' ', true, Json::error_handler_t::replace);
  static_cast<void>(write_file(file_of(key), Digest::of(content).hex() + content, 0600));
  prune();
}

void RenderedConfigs::prune() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(m_folder, error)) {
    files.emplace_back(entry.last_write_time(error), entry.path());
  }
  if (files.size() <= k_most) {
    return;
  }
  std::sort(files.begin(), files.end(), std::greater<>());
  for (auto old = files.begin() + k_most; old != files.end(); ++old) {
    fs::remove(old->second, error);
  }
}

} // namespace gate
