#include "policy/read_suite_source.hpp"

#include <algorithm>
#include <array>

#include "policy/publication.hpp"

namespace gate {

namespace {

struct SourceKey {
  const char* source;
  const char* key;
};

constexpr std::array k_keys{SourceKey{"compose", "service"}, SourceKey{"compose", "deps"},  SourceKey{"compose", "all"},
                            SourceKey{"compose", "needs"},   SourceKey{"build", "dockerfile"}, SourceKey{"build", "target"},
                            SourceKey{"build", "args"},      SourceKey{"image", "workdir"}};

class SourceReader {
public:
  SourceReader(const toml::table& table, const std::string& where, Decoder& decode, Suite& suite)
      : m_table(table), m_where(where), m_decode(decode), m_suite(suite) {}

  void read() {
    const bool composed = m_table.contains("compose");
    const bool built = m_table.contains("build");
    const bool named = m_table.contains("image");
    if (composed + built + named != 1) {
      m_decode.report(m_suite.place, m_where + " needs one of \"compose\", \"build\" and \"image\"",
                      "compose = \"docker-compose.yml\" with a service, build = \"FOLDER\", or image = \"NAME:TAG\"");
    } else if (composed) {
      read_compose();
      refuse_strangers("compose");
    } else if (built) {
      read_build();
      refuse_strangers("build");
    } else {
      read_image();
      refuse_strangers("image");
    }
    read_run();
  }

private:
  void refuse_strangers(const std::string& source) {
    for (const auto& [owner, key] : k_keys) {
      if (const toml::node* node = m_table.get(key); node != nullptr && source != owner) {
        m_decode.report(m_decode.place_of(*node), "\"" + std::string(key) + "\" goes with \"" + owner + "\", and " + m_where + " has \"" + source + "\"");
      }
    }
  }

  std::string path_of(std::string_view key) {
    const auto path = m_decode.tree_path(m_table, key);
    return path ? path->value : "";
  }

  std::vector<std::string> compose_files() {
    if (!m_table.get("compose")->is_array()) {
      return {path_of("compose")};
    }
    std::vector<std::string> files;
    const auto items = m_decode.items(m_table, "compose");
    for (const auto& item : items ? items->value : std::vector<Located<std::string>>()) {
      const auto path = path_in_tree(item.value);
      if (!path) {
        m_decode.report(item.place, "\"compose\" must name files inside the repository, without \"..\"");
      }
      files.push_back(path.value_or(""));
    }
    if (items && files.empty()) {
      m_decode.report(items->place, "\"compose\" names no file", "e.g. compose = \"docker-compose.yml\"");
    }
    return files;
  }

  void read_compose() {
    ComposeSource source;
    source.files = compose_files();
    const auto service = m_decode.text(m_table, "service");
    if (!service && !m_table.contains("service")) {
      m_decode.report(m_suite.place, m_where + " needs \"service\": the one that the tests run in");
    }
    source.service = service ? service->value : "";
    const auto deps = m_decode.boolean(m_table, "deps");
    const auto all = m_decode.boolean(m_table, "all");
    if (deps && all && !deps->value && all->value) {
      m_decode.report(all->place, "\"all = true\" and \"deps = false\" contradict each other", "keep one of them");
    }
    if (all && all->value) {
      source.scope = ServiceScope::whole_file;
    } else if (deps && !deps->value) {
      source.scope = ServiceScope::alone;
    }
    m_suite.source = std::move(source);
    read_needs();
  }

  void read_needs() {
    for (const toml::table* need : m_decode.tables(m_table, "needs", "e.g. needs = [{ service = \"db\", healthy = true }]")) {
      m_decode.only_keys(*need, "\"needs\"", {"service", "port", "healthy"});
      const Place place = m_decode.place_of(*need);
      const auto service = m_decode.text(*need, "service");
      const auto port = m_decode.integer(*need, "port");
      const auto healthy = m_decode.boolean(*need, "healthy");
      constexpr std::int64_t k_last_port = 65535;
      if (!need->contains("service")) {
        m_decode.report(place, "a need names its \"service\"", "e.g. { service = \"db\", port = 5432 }");
      } else if (need->contains("port") == need->contains("healthy")) {
        m_decode.report(place, "a need waits for a \"port\" or until the service is \"healthy\": one of them", "e.g. { service = \"db\", port = 5432 }");
      } else if (healthy && !healthy->value) {
        m_decode.report(healthy->place, "\"healthy = false\" is nothing to wait for", "write healthy = true, or take the need away");
      } else if (port && (port->value < 1 || port->value > k_last_port)) {
        m_decode.report(port->place, std::to_string(port->value) + " is no port", "from 1 to 65535");
      } else if (service) {
        m_suite.needs.push_back({service->value, port ? std::optional(static_cast<std::uint16_t>(port->value)) : std::nullopt});
      }
    }
  }

  void read_build() {
    BuildSource source;
    source.context = path_of("build");
    source.dockerfile = path_of("dockerfile");
    if (const auto target = m_decode.text(m_table, "target")) {
      source.target = target->value;
    }
    for (const auto& [name, value] : read_variables(m_table, "args", m_decode)) {
      source.args[name] = value.value;
    }
    m_suite.source = std::move(source);
  }

  void read_image() {
    ImageSource source;
    if (const auto image = m_decode.text(m_table, "image")) {
      const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
      if (image->value.front() == '-' || std::any_of(image->value.begin(), image->value.end(), is_blank)) {
        m_decode.report(image->place, "\"" + image->value + "\" can't be an image's name", "e.g. image = \"python:3.12-slim\"");
      }
      source.image = image->value;
    }
    if (const auto workdir = m_decode.text(m_table, "workdir")) {
      if (!is_container_path(workdir->value)) {
        m_decode.report(workdir->place, "\"workdir\" must be an absolute path in the container, below its top", "e.g. workdir = \"/src\"");
      }
      source.workdir = workdir->value;
    }
    m_suite.source = std::move(source);
  }

  void read_run() {
    const char* const example = "e.g. run = [\"python\", \"manage.py\", \"test\"]";
    const auto run = m_decode.texts(m_table, "run");
    const auto shell = m_decode.text(m_table, "shell");
    if (m_table.contains("run") && m_table.contains("shell")) {
      m_decode.report(m_decode.place_of(*m_table.get("shell")), "\"run\" and \"shell\" contradict each other", "keep one of them");
    } else if (shell) {
      m_suite.run = {"sh", "-c", shell->value};
    } else if (!m_table.contains("run") && !m_table.contains("shell")) {
      m_decode.report(m_suite.place, m_where + " needs \"run\": the command inside the container", example);
    } else if (run && (run->value.empty() || run->value.front().empty())) {
      m_decode.report(run->place, "\"run\" names no program", example);
    } else if (run) {
      m_suite.run = run->value;
    }
  }

  const toml::table& m_table;
  const std::string& m_where;
  Decoder& m_decode;
  Suite& m_suite;
};

} // namespace

const std::vector<std::string>& suite_source_keys() {
  static const std::vector<std::string> k_all{"compose", "service", "deps", "all", "needs", "build", "dockerfile", "target", "args", "image", "workdir", "run", "shell"};
  return k_all;
}

void read_suite_source(const toml::table& table, const std::string& where, Decoder& decode, Suite& suite) { SourceReader(table, where, decode, suite).read(); }

std::map<std::string, Located<std::string>> read_variables(const toml::table& table, std::string_view key, Decoder& decode) {
  std::map<std::string, Located<std::string>> found;
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return found;
  }
  if (!node->is_table()) {
    decode.report(decode.place_of(*node), "\"" + std::string(key) + "\" is a table of texts", "e.g. " + std::string(key) + " = { NAME = \"value\" }");
    return found;
  }
  for (const auto& [entry, value] : *node->as_table()) {
    const std::string name(entry.str());
    const auto* text = value.as_string();
    const Place place = decode.place_of(value);
    if (!is_variable_name(name)) {
      decode.report(place, "\"" + name + "\" can't be the name of a variable", "letters, digits and '_', not beginning with a digit");
    } else if (text == nullptr) {
      decode.report(place, "\"" + name + "\" in \"" + std::string(key) + "\" must be a text", "write it in quotes");
    } else if (text->get().find('\0') != std::string::npos) {
      decode.report(place, "\"" + name + "\" must not hold a NUL");
    } else {
      found.emplace(name, Located<std::string>{text->get(), place});
    }
  }
  return found;
}

bool is_container_path(std::string_view path) {
  if (path.size() < 2 || path.front() != '/' || path.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto inner = path_in_tree(path.substr(1));
  return inner && "/" + *inner == path;
}

} // namespace gate
