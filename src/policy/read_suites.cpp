#include "policy/read_suites.hpp"

#include "base/duration.hpp"
#include "policy/read_publications.hpp"

namespace gate {

namespace {

class SuiteReader {
public:
  explicit SuiteReader(Decoder& decode) : m_decode(decode) {}

  std::map<std::string, Suite> read(const toml::table& top) {
    const toml::node* node = top.get("suite");
    if (node == nullptr) {
      return {};
    }
    if (!node->is_table()) {
      m_decode.report(m_decode.place_of(*node), "suites are tables", "write: [suite.NAME]");
      return {};
    }
    for (const auto& [key, value] : *node->as_table()) {
      const std::string name(key.str());
      const auto place = m_decode.place_of(value);
      if (!value.is_table()) {
        m_decode.report(place, "suite \"" + name + "\" must be a table", "write: [suite." + name + "]");
      } else if (!is_plain_name(name)) {
        m_decode.report(place, "a suite can't be called \"" + name + "\"",
                        "use up to 64 letters, digits, '.', '_' and '-', beginning with a letter, digit or '_'");
      } else {
        read_suite(*value.as_table(), name, place);
      }
    }
    return std::move(m_suites);
  }

private:
  void read_suite(const toml::table& table, const std::string& name, const Place& place) {
    const std::string where = "[suite." + name + "]";
    m_decode.only_keys(table, where, {"compose", "service", "deps", "all", "build", "run", "timeout"});
    Suite suite;
    suite.name = name;
    suite.place = place;
    const bool composed = table.contains("compose");
    if (composed == table.contains("build")) {
      m_decode.report(place, where + " needs either \"compose\" or \"build\"",
                      "compose = \"docker-compose.yml\" with a service, or build = \"FOLDER\"");
    } else if (composed) {
      read_compose(table, where, suite);
    } else {
      read_build(table, where, suite);
    }
    read_run(table, where, suite);
    if (const auto timeout = m_decode.text(table, "timeout")) {
      const auto length = parse_duration(timeout->value);
      if (!length) {
        m_decode.report(timeout->place, "\"" + timeout->value + "\" is no timeout", "write e.g. \"90s\", \"10m\" or \"2h\", at most 24 hours");
      }
      suite.timeout = length.value_or(suite.timeout);
    }
    m_suites.emplace(name, std::move(suite));
  }

  std::string path_of(const toml::table& table, std::string_view key) {
    const auto path = m_decode.tree_path(table, key);
    return path ? path->value : "";
  }

  void read_compose(const toml::table& table, const std::string& where, Suite& suite) {
    ComposeSource source;
    source.file = path_of(table, "compose");
    const auto service = m_decode.text(table, "service");
    if (!service && !table.contains("service")) {
      m_decode.report(suite.place, where + " needs \"service\": the one that the tests run in");
    }
    source.service = service ? service->value : "";
    const auto deps = m_decode.boolean(table, "deps");
    const auto all = m_decode.boolean(table, "all");
    if (deps && all && !deps->value && all->value) {
      m_decode.report(all->place, "\"all = true\" and \"deps = false\" contradict each other", "keep one of them");
    }
    if (all && all->value) {
      source.scope = ServiceScope::whole_file;
    } else if (deps && !deps->value) {
      source.scope = ServiceScope::alone;
    }
    suite.source = std::move(source);
  }

  void read_build(const toml::table& table, const std::string& where, Suite& suite) {
    for (const std::string_view key : {"service", "deps", "all"}) {
      if (const toml::node* node = table.get(key)) {
        m_decode.report(m_decode.place_of(*node), "\"" + std::string(key) + "\" goes with \"compose\", and " + where + " has \"build\"");
      }
    }
    suite.source = BuildSource{path_of(table, "build")};
  }

  void read_run(const toml::table& table, const std::string& where, Suite& suite) {
    const auto run = m_decode.texts(table, "run");
    if (!table.contains("run")) {
      m_decode.report(suite.place, where + " needs \"run\": the command inside the container",
                      "e.g. run = [\"python\", \"manage.py\", \"test\"]");
    } else if (run && (run->value.empty() || run->value.front().empty())) {
      m_decode.report(run->place, "\"run\" names no program", "e.g. run = [\"python\", \"manage.py\", \"test\"]");
    } else if (run) {
      suite.run = run->value;
    }
  }

  Decoder& m_decode;
  std::map<std::string, Suite> m_suites;
};

} // namespace

std::map<std::string, Suite> read_suites(const toml::table& top, Decoder& decode) { return SuiteReader(decode).read(top); }

} // namespace gate
