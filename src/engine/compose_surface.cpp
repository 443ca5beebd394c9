#include "engine/compose_surface.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>

#include "engine/base_images.hpp"
#include "engine/compose_document.hpp"
#include "engine/rewrite.hpp"
#include "engine/service_definition.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_parts = 64; // of one service
constexpr std::array k_shared_kinds{"configs", "networks", "secrets", "volumes"};
// A command: a text, or words.
std::string command_text(const Json& value) {
  std::vector<std::string> words;
  for (const Json& word : list_of(value)) {
    if (!word.is_string()) {
      return shown_json(value);
    }
    words.push_back(word.get<std::string>());
  }
  return value.is_array() ? shown_words(words) : shown_json(value);
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

// Each item of a list, or the value itself.
Json as_list(const Json& value) {
  if (value.is_null()) {
    return Json::array();
  }
  return value.is_array() ? value : Json::array({value});
}

/// A service as one file has it.
struct Part {
  Json definition;
  fs::path folder; ///< its paths are seen from here
};

// Enough of a service to know which others it starts: all that any of its parts leans on.
void merge_into(Json& merged, const Json& definition) {
  constexpr std::array k_leaning{"depends_on", "links", "volumes_from"};
  constexpr std::array k_shared{"ipc", "network_mode", "pid"}; // "service:NAME"
  constexpr std::string_view k_prefix = "service:";
  Json& names = merged["depends_on"];
  for (const char* const key : k_leaning) {
    for (const auto& [name, ignored] : map_of(member(definition, key)).items()) {
      names.push_back(name);
    }
    for (const Json& item : list_of(member(definition, key))) {
      const std::string text = text_of(item);
      names.push_back(text.substr(0, text.find(':')));
    }
  }
  for (const char* const key : k_shared) {
    if (const std::string mode = text_of(member(definition, key)); mode.rfind(k_prefix, 0) == 0) {
      names.push_back(mode.substr(k_prefix.size()));
    }
  }
  if (const Json& profiles = member(definition, "profiles"); !profiles.is_null() && !merged.contains("profiles")) {
    merged["profiles"] = profiles;
  }
}

/// Reads one suite.
class SuiteReading {
public:
  SuiteReading(const Suite& suite, const TreeReader& read) : m_subject("suite " + suite.name), m_read(read) {}

  Result<SurfaceReading> run(const Suite& suite) {
    m_result.lines = definition_lines(suite);
    if (const auto* build = std::get_if<BuildSource>(&suite.source)) {
      by_dockerfile(*build);
    } else if (const auto* source = std::get_if<ComposeSource>(&suite.source)) {
      compose(*source);
    }
    if (m_error) {
      return tl::unexpected(*m_error);
    }
    std::sort(m_result.sources.begin(), m_result.sources.end());
    m_result.sources.erase(std::unique(m_result.sources.begin(), m_result.sources.end()), m_result.sources.end());
    return std::move(m_result);
  }

private:
  void line(std::string value) { m_result.lines.push_back({m_subject, std::move(value)}); }

  TreeFile file(const std::string& path) {
    auto found = m_error ? Result<TreeFile>(TreeFile{}) : m_read(path);
    if (!found) {
      m_error = found.error();
      return {};
    }
    m_result.sources.push_back(found->kind == TreeFile::Kind::opaque ? k_any_file : path);
    m_result.sources.insert(m_result.sources.end(), found->links.begin(), found->links.end());
    if (!found->real.empty()) {
      m_result.sources.push_back(found->real);
    }
    return *std::move(found);
  }

  // What stands for a file that is not understood.
  static std::string mark(const TreeFile& found) {
    switch (found.kind) {
    case TreeFile::Kind::regular:
      return Digest::of(found.content).str();
    case TreeFile::Kind::opaque:
      return "which is no plain file: " + found.content;
    case TreeFile::Kind::absent:
      break;
    }
    return "which is not there";
  }

  static std::string named(const std::string& path, const TreeFile& found) { return found.real.empty() ? path : path + ", which is " + found.real; }

  void by_digest(const std::string& path) {
    const TreeFile found = file(path);
    line("reads " + named(path, found) + ", " + mark(found));
  }

  // The policy names the Dockerfile by its path in the tree.
  void by_dockerfile(const BuildSource& build) {
    const std::string context = fs::path(build.context).lexically_normal().string();
    const std::string dockerfile = build.dockerfile.empty() ? "" : fs::path(build.dockerfile).lexically_normal().lexically_relative(context.empty() ? "." : context).string();
    builds("", build.context, dockerfile, {});
  }

  void builds(const std::string& who, const std::string& context, const std::string& dockerfile, const fs::path& folder) {
    const auto top = path_in_tree(folder, context);
    const auto path = top ? path_in_tree(*top, dockerfile.empty() ? "Dockerfile" : dockerfile) : std::nullopt;
    if (!path) {
      return line(who + "builds " + context + (dockerfile.empty() ? "" : " by " + dockerfile));
    }
    const TreeFile found = file(*path);
    std::string images;
    for (const std::string& image : found.kind == TreeFile::Kind::regular ? base_images(found.content) : std::vector<std::string>()) {
      images += (images.empty() ? " (FROM " : ", ") + image;
    }
    line(who + "builds " + (*top == "." ? *top : "./" + *top) + " by " + named(*path, found) + (images.empty() ? "" : images + ")") + ", " + mark(found));
  }

  std::optional<Json> document(const std::string& path) {
    const TreeFile found = file(path);
    auto parsed = found.kind == TreeFile::Kind::regular && !is_lfs_pointer(found.content) ? parse_compose(found.content) : Json();
    if (!parsed || !parsed->is_object()) {
      line("reads " + named(path, found) + ", " + mark(found));
      return std::nullopt;
    }
    if (!found.real.empty()) {
      line("reads " + named(path, found));
    }
    return *std::move(parsed);
  }

  void compose(const ComposeSource& source) {
    for (const std::string& file : source.files) {
      const auto path = path_in_tree({}, file);
      if (!path) {
        return line("reads " + file);
      }
      // Paths of all of them are seen from the folder of the first.
      compose_file(*path, fs::path(source.files.front()).lexically_normal().parent_path());
    }
    Json model = Json::object();
    model["services"] = Json::object();
    std::map<std::string, std::vector<Part>> resolved;
    for (const auto& [name, found] : m_services) {
      auto& parts = resolved[name];
      for (const Part& part : found) {
        extend(part, parts);
      }
      Json merged = Json::object();
      for (const Part& one : parts) {
        merge_into(merged, one.definition);
      }
      model["services"][name] = merged;
    }
    for (const std::string& name : services_to_start(model, source)) {
      for (const Part& part : resolved[name]) {
        service(name, part);
      }
      as_a_whole(name, resolved[name]);
    }
    besides_services();
  }

  // What a change takes away has no line of its own, and may be all that kept the service in: its keys together are another line then.
  void as_a_whole(const std::string& name, const std::vector<Part>& parts) {
    std::set<std::string> keys;
    Json whole = Json::array();
    for (const Part& part : parts) {
      const Json definition = normalized(part.definition);
      for (const auto& [key, ignored] : definition.items()) {
        keys.insert(key);
      }
      if (!definition.empty()) {
        whole.push_back(Json{{"folder", part.folder.string()}, {"definition", definition}});
      }
    }
    if (!keys.empty()) {
      line("service " + name + " as a whole has " + joined(keys) + ", " + digest_of_json(whole).str());
    }
  }

  void besides_services() {
    std::set<std::string> names;
    for (const auto& [name, ignored] : m_besides.items()) {
      names.insert(name);
    }
    if (m_has_document) {
      line("besides its services the compose file has " + (names.empty() ? "nothing" : joined(names)) + ", " + digest_of_json(m_besides).str());
    }
  }

  void compose_file(const std::string& path, const fs::path& folder) {
    if (!m_seen.insert(path).second || m_error) {
      return;
    }
    const auto parsed = document(path);
    if (!parsed) {
      return;
    }
    m_has_document = true;
    for (const auto& [name, definition] : map_of(member(*parsed, "services")).items()) {
      m_services[name].push_back({definition, folder}); // several files of one "include" are merged
    }
    for (const char* const kind : k_shared_kinds) {
      for (const auto& [name, definition] : map_of(member(*parsed, kind)).items()) {
        Json shortened = definition;
        if (shortened.is_object()) {
          shortened.erase("labels");
        }
        if (!shortened.empty()) {
          const std::string what = std::string(kind).substr(0, std::string(kind).size() - 1) + " " + name;
          m_besides[what].push_back(shortened);
          line(what + " " + shown_json(shortened));
        }
      }
    }
    // Variables of the compose file come from here.
    if (const std::string env = (folder / ".env").string(); file(env).kind != TreeFile::Kind::absent) {
      m_besides["file " + env] = mark(file(env));
      by_digest(env);
    }
    for (const Json& entry : as_list(member(*parsed, "include"))) {
      include(entry, folder);
    }
  }

  void include(const Json& entry, const fs::path& folder) {
    if (entry.is_object() && (entry.contains("env_file") || entry.contains("project_directory"))) {
      m_besides["include"].push_back(entry);
      line("includes " + shown_json(entry));
      for (const Json& item : as_list(member(entry, "env_file"))) {
        if (const auto path = path_in_tree(folder, text_of(item))) {
          m_besides["file " + *path] = mark(file(*path));
          by_digest(*path);
        }
      }
    }
    for (const Json& item : as_list(entry.is_object() ? member(entry, "path") : entry)) {
      if (const auto path = path_in_tree(folder, text_of(item))) {
        compose_file(*path, fs::path(*path).parent_path());
      } else {
        line("includes " + shown_json(item));
      }
    }
  }

  // The service, and what it extends; the nearest first.
  void extend(const Part& part, std::vector<Part>& parts) {
    parts.push_back(part);
    const Json& extends = member(part.definition, "extends");
    if (extends.is_null() || m_error) {
      return;
    }
    if (parts.size() == k_most_parts) {
      m_error = Error{ErrorKind::policy, m_subject + ": a service of its compose file extends itself, or more than " + std::to_string(k_most_parts) + " others", "let it extend fewer"};
      return;
    }
    const std::string name = extends.is_string() ? extends.get<std::string>() : text_of(member(extends, "service"));
    const Json& other = member(extends, "file");
    if (other.is_null()) {
      if (const auto found = m_services.find(name); found != m_services.end()) {
        for (const Part& base : found->second) {
          extend(base, parts);
        }
      }
      return;
    }
    const auto path = path_in_tree(part.folder, text_of(other));
    const auto parsed = path ? document(*path) : std::nullopt;
    if (!parsed) {
      return path ? void() : line("extends " + shown_json(extends));
    }
    // What it extends there without a file is in that file.
    Json definition = member(member(*parsed, "services"), name.c_str());
    if (definition.is_object() && !member(definition, "extends").is_null()) {
      Json& further = definition["extends"];
      if (further.is_string()) {
        further = Json{{"service", further}};
      }
      if (further.is_object() && !further.contains("file")) {
        further["file"] = fs::path(*path).filename().string();
      }
    }
    extend({definition, fs::path(*path).parent_path()}, parts);
  }

  // What a nearer part overrides is given as well: what compose makes of both is its own affair.
  void service(const std::string& name, const Part& part) {
    const std::string who = "service " + name + " ";
    for (const auto& [key, value] : map_of(part.definition).items()) {
      if (is_no_part_of_a_run(key) || value.is_null()) {
        continue;
      }
      if (key == "build") {
        service_build(who, value, part.folder);
      } else if (key == "environment") {
        environment(who, value);
      } else if (key == "env_file") {
        env_files(who, value, part.folder);
      } else if (key == "volumes") {
        each(who + "mounts ", value);
      } else if (key == "command" || key == "entrypoint") {
        line(who + key + " " + command_text(value));
      } else {
        line(who + key + " " + shown_json(value));
      }
    }
  }

  void each(const std::string& before, const Json& value) {
    for (const Json& item : as_list(value)) {
      line(before + shown_json(item));
    }
  }

  void service_build(const std::string& who, const Json& value, const fs::path& folder) {
    const Json& build = value;
    builds(who, without_escapes(build.is_string() ? build.get<std::string>() : text_of(member(build, "context"))),
           without_escapes(text_of(member(build, "dockerfile"))), folder);
    for (const auto& [key, setting] : map_of(build).items()) {
      if (key != "context" && key != "dockerfile" && key != "labels" && !setting.is_null()) {
        line(who + "build." + key + " " + shown_json(setting));
      }
    }
  }

  // Values may be secrets, and stay inside of the container: the names say what is handed in.
  void environment(const std::string& who, const Json& value) {
    if (const auto names = variable_names(value); !names.empty()) {
      line(who + "environment names " + joined(names));
    }
  }

  void env_files(const std::string& who, const Json& value, const fs::path& folder) {
    for (const Json& item : as_list(value)) {
      const std::string text = text_of(item.is_object() ? member(item, "path") : item);
      const auto path = path_in_tree(folder, text);
      const TreeFile found = path ? file(*path) : TreeFile{};
      if (found.kind != TreeFile::Kind::regular) {
        line(who + "env_file " + text + (path ? ", " + mark(found) : ""));
        continue;
      }
      if (is_lfs_pointer(found.content)) {
        by_digest(*path);
        continue;
      }
      line(who + "environment names " + joined(names_in_env_file(found.content)) + " (of " + named(*path, found) + ")");
    }
  }

  std::string m_subject;
  const TreeReader& m_read;
  SurfaceReading m_result;
  std::optional<Error> m_error;
  std::set<std::string> m_seen;
  Json m_besides = Json::object(); ///< by what it is; see besides_services()
  bool m_has_document = false;
  std::map<std::string, std::vector<Part>> m_services;
};

} // namespace

Result<SurfaceReading> read_suite_surface(const Suite& suite, const TreeReader& read) { return SuiteReading(suite, read).run(suite); }

} // namespace gate
