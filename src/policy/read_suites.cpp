#include "policy/read_suites.hpp"

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "policy/byte_size.hpp"
#include "policy/read_publications.hpp"
#include "policy/read_suite_source.hpp"
#include "policy/suite_text.hpp"

namespace gate {

namespace {

constexpr std::int64_t k_most_shards = 256;
constexpr std::int64_t k_most_retries = 10;
constexpr std::int64_t k_most_pids = 4'194'304; // pid_max of Linux, proc(5)
constexpr std::int64_t k_most_parallel = 1024;
constexpr std::int64_t k_least_memory = 6 << 20; // the Engine's own minimum

/// Everything of one suite but its source.
class TermsReader {
public:
  TermsReader(const toml::table& table, Decoder& decode, Suite& suite) : m_table(table), m_decode(decode), m_suite(suite) {}

  void read() {
    read_environment();
    read_paths();
    read_counts();
    read_times();
    read_limits();
    read_caches();
    if (const auto network = m_decode.word(m_table, "network", {"own", "none"})) {
      m_suite.network = network->value == 0 ? SuiteNetwork::own : SuiteNetwork::none;
    }
    if (const auto allow = m_decode.names(m_table, "allow")) {
      m_suite.allow = allow->value;
    }
  }

private:
  void read_environment() {
    for (const auto& [name, value] : read_variables(m_table, "env", m_decode)) {
      if (name.rfind("GATE_", 0) == 0) {
        m_decode.report(value.place, "\"" + name + "\": names that begin with GATE_ are gate's own", "give the variable another name");
      }
      if (!filled_env_value(value.value, [](std::string_view) { return std::string(); })) {
        m_decode.report(value.place, "\"" + name + "\" in \"env\" has a \"{env:\" without a variable's name and \"}\" after it", "a variable of the machine reads {env:NAME}");
      }
      m_suite.env[name] = value.value;
    }
  }

  void read_paths() {
    const auto paths = m_decode.items(m_table, "paths");
    for (const auto& item : paths ? paths->value : std::vector<Located<std::string>>()) {
      const auto path = path_in_tree(item.value);
      if (!path || item.value.find_first_of("*?[") != std::string::npos) {
        m_decode.report(item.place, "\"paths\" names files and folders inside the repository, without \"..\" and patterns", "e.g. paths = [\"api\", \"docker-compose.yml\"]");
      }
      m_suite.paths.push_back(path.value_or(""));
    }
    if (paths && paths->value.empty()) {
      m_decode.report(paths->place, "\"paths\" names nothing: a suite that sees nothing tests nothing", "name a folder, or take the key away");
    }
  }

  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto number = m_decode.integer(m_table, key);
    if (number && (number->value < least || number->value > most)) {
      m_decode.report(number->place, "\"" + std::string(key) + "\" can't be " + std::to_string(number->value), "from " + std::to_string(least) + " to " + std::to_string(most));
      return std::nullopt;
    }
    return number ? std::optional(number->value) : std::nullopt;
  }

  void read_counts() {
    m_suite.shards = static_cast<unsigned>(whole("shards", 1, k_most_shards).value_or(1));
    m_suite.retries = static_cast<unsigned>(whole("retries", 0, k_most_retries).value_or(0));
    m_suite.limits.pids = static_cast<unsigned>(whole("pids", 1, k_most_pids).value_or(SuiteLimits::k_pids));
  }

  void read_times() {
    if (const auto timeout = m_decode.text(m_table, "timeout")) {
      const auto length = parse_duration(timeout->value);
      if (!length) {
        m_decode.report(timeout->place, "\"" + timeout->value + "\" is no timeout", "write e.g. \"90s\", \"10m\" or \"2h\", at most 24 hours");
      }
      m_suite.timeout = length.value_or(m_suite.timeout);
    }
    if (const auto reusable = m_decode.boolean(m_table, "reusable")) {
      m_suite.reusable = reusable->value;
    }
    if (const auto age = m_decode.text(m_table, "max_age")) {
      m_suite.max_age = parse_age(age->value);
      if (!m_suite.max_age) {
        m_decode.report(age->place, "\"" + age->value + "\" is no age", "write e.g. \"12h\" or \"7d\", at most 366 days");
      } else if (!m_suite.reusable) {
        m_decode.report(age->place, "\"max_age\" means nothing beside \"reusable = false\"", "keep one of them");
      }
    }
  }

  std::optional<std::int64_t> size(std::string_view key, std::int64_t least) {
    const auto text = m_decode.text(m_table, key);
    const auto bytes = text ? parse_byte_size(text->value) : std::nullopt;
    if (text && !bytes) {
      m_decode.report(text->place, "\"" + text->value + "\" is no size", "write e.g. \"512MiB\"");
    } else if (bytes && *bytes < least) {
      m_decode.report(text->place, "\"" + std::string(key) + "\" is too small", "at least " + std::to_string(least) + " bytes");
      return std::nullopt;
    }
    return bytes;
  }

  void read_limits() {
    constexpr std::int64_t k_least_log = 4096;
    m_suite.limits.memory = size("memory", k_least_memory);
    m_suite.limits.log = size("max_log", k_least_log).value_or(SuiteLimits::k_log);
    const toml::node* cpus = m_table.get("cpus");
    if (cpus == nullptr) {
      return;
    }
    const auto number = cpus->is_number() ? cpus->value<double>() : std::nullopt;
    constexpr double k_least = 0.01;
    constexpr double k_most = 1024;
    if (!number || !std::isfinite(*number) || *number < k_least || *number > k_most) {
      m_decode.report(m_decode.place_of(*cpus), "\"cpus\" must be a number of cores, from 0.01 to 1024", "e.g. cpus = 1.5");
      return;
    }
    m_suite.limits.cpus = number;
  }

  void read_caches() {
    const auto caches = m_decode.items(m_table, "caches");
    const auto* image = std::get_if<ImageSource>(&m_suite.source);
    for (const auto& item : caches ? caches->value : std::vector<Located<std::string>>()) {
      if (!is_container_path(item.value)) {
        m_decode.report(item.place, "\"caches\" names folders in the container: absolute paths below its top", "e.g. caches = [\"/root/.cache/pip\"]");
      } else if (image != nullptr && (item.value + "/").rfind(image->workdir + "/", 0) == 0) {
        m_decode.report(item.place, "\"caches\" can't have a folder in the tree at " + image->workdir + ", which is read-only", "name one outside of it");
      } else if (std::find(m_suite.caches.begin(), m_suite.caches.end(), item.value) != m_suite.caches.end()) {
        m_decode.report(item.place, "\"caches\" names " + item.value + " twice", "name it once");
      }
      m_suite.caches.push_back(item.value);
    }
  }

  const toml::table& m_table;
  Decoder& m_decode;
  Suite& m_suite;
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys = suite_source_keys();
  keys.insert(keys.end(), {"env", "paths", "shards", "retries", "timeout", "cpus", "memory", "pids", "network", "max_log", "caches", "allow", "reusable", "max_age"});
  return keys;
}

void read_suite(const toml::table& table, Suite& suite, Decoder& decode) {
  const std::string where = "[suite." + suite.name + "]";
  decode.only_keys(table, where, all_keys());
  read_suite_source(table, where, decode, suite);
  TermsReader(table, decode, suite).read();
}

} // namespace

std::map<std::string, Suite> read_suites(const toml::table& top, Decoder& decode) {
  std::map<std::string, Suite> suites;
  const toml::node* node = top.get("suite");
  if (node == nullptr) {
    return suites;
  }
  if (!node->is_table()) {
    decode.report(decode.place_of(*node), "suites are tables", "write: [suite.NAME]");
    return suites;
  }
  for (const auto& [key, value] : *node->as_table()) {
    Suite suite;
    suite.name = key.str();
    suite.place = decode.place_of(value);
    if (!value.is_table()) {
      decode.report(suite.place, "suite \"" + suite.name + "\" must be a table", "write: [suite." + suite.name + "]");
    } else if (!is_plain_name(suite.name)) {
      decode.report(suite.place, "a suite can't be called \"" + suite.name + "\"",
                    "use up to 64 letters, digits, '.', '_' and '-', beginning with a letter, digit or '_'");
    } else {
      read_suite(*value.as_table(), suite, decode);
      const std::string name = suite.name;
      suites.emplace(name, std::move(suite));
    }
  }
  return suites;
}

RunSettings read_run_settings(const toml::table& top, Decoder& decode) {
  RunSettings settings;
  const toml::node* node = top.get("run");
  if (node == nullptr) {
    return settings;
  }
  if (!node->is_table()) {
    decode.report(decode.place_of(*node), "\"run\" is a table", "write: [run]");
    return settings;
  }
  const auto& table = *node->as_table();
  decode.only_keys(table, "[run]", {"parallel", "on_failure"});
  if (const auto parallel = decode.integer(table, "parallel")) {
    if (parallel->value < 1 || parallel->value > k_most_parallel) {
      decode.report(parallel->place, "\"parallel\" can't be " + std::to_string(parallel->value), "how many suites run at once: from 1 to 1024");
    } else {
      settings.parallel = static_cast<unsigned>(parallel->value);
    }
  }
  if (const auto word = decode.word(table, "on_failure", {"continue", "stop"})) {
    settings.stop_on_failure = word->value == 1;
  }
  return settings;
}

} // namespace gate
