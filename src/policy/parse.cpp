#include "policy/parse.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/duration.hpp"
#include "base/near_miss.hpp"
#include "policy/decode.hpp"
#include "policy/read_publications.hpp"
#include "policy/vet.hpp"

namespace gate {

namespace {

constexpr std::int64_t k_schema = 1;

using Version = std::array<unsigned, 3>;

// "1", "1.2" or "1.2.3".
std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  for (std::size_t part = 0; part < version.size(); ++part) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version.at(part));
    if (error != std::errc{}) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) {
      return version;
    }
    if (text.front() != '.') {
      return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return std::nullopt;
}

// A path below the top of the tree, without "." and empty parts; "" is the top itself. Nothing when it leaves the tree.
std::optional<std::string> path_in_tree(std::string_view text) {
  if (text.empty() || text.front() == '/') {
    return std::nullopt;
  }
  std::string path;
  while (!text.empty()) {
    const auto slash = text.find('/');
    const auto part = text.substr(0, slash);
    text.remove_prefix(slash == std::string_view::npos ? text.size() : slash + 1);
    if (part == "..") {
      return std::nullopt;
    }
    if (!part.empty() && part != ".") {
      path += (path.empty() ? "" : "/") + std::string(part);
    }
  }
  return path;
}

class PolicyReader {
public:
  PolicyReader(const std::string& file, std::string_view version) : m_decode(file), m_file(file), m_version(version) {}

  tl::expected<Policy, PolicyProblems> read(const toml::table& top) {
    // An older gate says "upgrade", and nothing about keys that it can't know.
    if (!suits_this_gate(top)) {
      return tl::unexpected(PolicyProblems{m_decode.take_problems(), m_needs_newer_gate});
    }
    m_decode.only_keys(top, "the policy", {"schema", "requires", "policy_branch", "branch", "tag", "suite", "publish"});
    read_policy_branch(top);
    read_suites(top);
    read_blocks(top, "branch", RefPattern::Kind::branch);
    read_blocks(top, "tag", RefPattern::Kind::tag);
    m_policy.publications = read_publications(top, m_policy.suites, m_decode);
    if (m_decode.found_problems()) {
      return tl::unexpected(PolicyProblems{m_decode.take_problems(), m_needs_newer_gate});
    }
    return std::move(m_policy);
  }

private:
  bool suits_this_gate(const toml::table& top) {
    if (const auto wanted = m_decode.text(top, "requires")) {
      const bool has_operator = wanted->value.rfind(">=", 0) == 0;
      const auto least = parse_version(std::string_view(wanted->value).substr(has_operator ? 2 : 0));
      if (!has_operator || !least) {
        m_decode.report(wanted->place, "\"requires\" must read \">=VERSION\", e.g. \">=0.1\"");
      } else if (*parse_version(m_version) < *least) {
        m_needs_newer_gate = true;
        m_decode.report(wanted->place,
                        "this policy needs gate " + wanted->value.substr(2) + " or newer; this is gate " + std::string(m_version),
                        "upgrade gate");
      }
    }
    const auto schema = m_decode.integer(top, "schema");
    if (!schema) {
      if (!m_decode.found_problems()) {
        m_decode.report({m_file, 0, 0}, "\"schema\" is missing", "begin the file with: schema = 1");
      }
    } else if (schema->value > k_schema) {
      m_needs_newer_gate = true;
      m_decode.report(schema->place, "schema " + std::to_string(schema->value) + " is newer than this gate", "upgrade gate");
    } else if (schema->value != k_schema) {
      m_decode.report(schema->place, "there is no schema " + std::to_string(schema->value), "write: schema = 1");
    }
    return !m_decode.found_problems();
  }

  void read_policy_branch(const toml::table& top) {
    if (const auto name = m_decode.text(top, "policy_branch")) {
      if (const auto branch = branch_named(*name, "policy_branch")) {
        m_policy.policy_branch = Located<RefName>{*branch, name->place};
      }
    }
  }

  std::optional<RefName> branch_named(const Located<std::string>& name, const std::string& key) {
    auto branch = RefName::branch(name.value);
    if (!branch || !branch->is_branch()) {
      m_decode.report(name.place, "\"" + key + "\" names branches, and \"" + name.value + "\" can't be one",
                      "write a branch's name, e.g. \"development\"; patterns are for \"match\"");
      return std::nullopt;
    }
    return branch;
  }

  void read_suites(const toml::table& top) {
    const toml::node* node = top.get("suite");
    if (node == nullptr) {
      return;
    }
    if (!node->is_table()) {
      m_decode.report(m_decode.place_of(*node), "suites are tables", "write: [suite.NAME]");
      return;
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
  }

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
    m_policy.suites.emplace(name, std::move(suite));
  }

  std::string tree_path(const toml::table& table, std::string_view key) {
    const auto text = m_decode.text(table, key);
    if (!text) {
      return {};
    }
    const auto path = path_in_tree(text->value);
    if (!path) {
      m_decode.report(text->place, "\"" + std::string(key) + "\" must be a path inside the repository, without \"..\"");
    }
    return path.value_or("");
  }

  void read_compose(const toml::table& table, const std::string& where, Suite& suite) {
    ComposeSource source;
    source.file = tree_path(table, "compose");
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
    suite.source = BuildSource{tree_path(table, "build")};
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

  void read_blocks(const toml::table& top, const std::string& key, RefPattern::Kind kind) {
    const toml::node* node = top.get(key);
    if (node == nullptr) {
      return;
    }
    const auto* list = node->as_array();
    if (list == nullptr || !std::all_of(list->begin(), list->end(), [](const auto& n) { return n.is_table(); })) {
      m_decode.report(m_decode.place_of(*node), "\"" + key + "\" is a list of tables", "write: [[" + key + "]]");
      return;
    }
    for (const auto& element : *list) {
      read_block(*element.as_table(), key, kind);
    }
  }

  void read_block(const toml::table& table, const std::string& key, RefPattern::Kind kind) {
    const std::string where = "[[" + key + "]]";
    m_decode.only_keys(table, where, {"match", "remotes", "allow", "from", "require"});
    Block block;
    block.place = m_decode.place_of(table);
    read_match(table, where, kind, block);
    block.remotes = m_decode.texts(table, "remotes");
    read_allow(table, block);
    read_from(table, block);
    read_require(table, block);
    m_policy.blocks.push_back(std::move(block));
  }

  void read_match(const toml::table& table, const std::string& where, RefPattern::Kind kind, Block& block) {
    const auto match = m_decode.texts(table, "match");
    if (!table.contains("match") || (match && match->value.empty())) {
      m_decode.report(block.place, where + " needs \"match\": the refs it speaks of", "e.g. match = [\"master\", \"release/*\"]");
      return;
    }
    if (!match) {
      return;
    }
    block.match.place = match->place;
    for (const auto& text : match->value) {
      const auto pattern = RefPattern::parse(text, kind);
      if (pattern) {
        block.match.value.push_back(*pattern);
      } else {
        m_decode.report(match->place, "no ref can be called \"" + text + "\"", "write names or patterns with *, ** and ?");
      }
    }
  }

  void read_allow(const toml::table& table, Block& block) {
    const auto words = m_decode.texts(table, "allow");
    if (!words) {
      return;
    }
    Located<ShapeSet> allow{{}, words->place};
    for (const auto& word : words->value) {
      if (const auto shape = shape_named(word)) {
        allow.value.insert(*shape);
        continue;
      }
      const auto near = near_miss(word, shape_names());
      m_decode.report(words->place, "there is no shape \"" + word + "\"",
                      near ? "did you mean \"" + *near + "\"?" : "the shapes are " + ShapeSet::all().str());
    }
    block.allow = allow;
  }

  void read_from(const toml::table& table, Block& block) {
    const auto names = m_decode.texts(table, "from");
    if (!names) {
      return;
    }
    Located<std::vector<RefName>> from{{}, names->place};
    for (const auto& name : names->value) {
      if (const auto branch = branch_named({name, names->place}, "from")) {
        from.value.push_back(*branch);
      }
    }
    block.from = std::move(from);
  }

  void read_require(const toml::table& table, Block& block) {
    block.require = m_decode.texts(table, "require");
    if (!block.require) {
      return;
    }
    std::vector<std::string> known;
    for (const auto& [name, suite] : m_policy.suites) {
      known.push_back(name);
    }
    for (const auto& name : block.require->value) {
      if (m_policy.suites.count(name) == 0) {
        const auto near = near_miss(name, known);
        m_decode.report(block.require->place, "there is no suite \"" + name + "\"",
                        near ? "did you mean \"" + *near + "\"?" : "define it: [suite." + name + "]");
      }
    }
  }

  Decoder m_decode;
  std::string m_file;
  std::string_view m_version;
  Policy m_policy;
  bool m_needs_newer_gate = false;
};

} // namespace

tl::expected<Policy, PolicyProblems> parse_policy(std::string_view text, const std::string& name, std::string_view version) {
  if (auto problem = vet_policy_text(text, name)) {
    return tl::unexpected(PolicyProblems{{*std::move(problem)}});
  }
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const auto& error = parsed.error();
    const auto& at = error.source().begin;
    return tl::unexpected(PolicyProblems{{Diagnostic{{name, at.line, at.column}, std::string(error.description()), ""}}});
  }
  return PolicyReader(name, version).read(parsed.table());
}

} // namespace gate
