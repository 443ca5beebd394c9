#include "policy/read_rules.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/near_miss.hpp"
#include "policy/byte_size.hpp"

namespace gate {

namespace {

constexpr std::string_view k_freeze_sample = "e.g. freeze = [{ from = 2026-12-20T00:00:00Z, until = 2027-01-05T00:00:00Z, reason = \"holidays\" }]";
constexpr std::string_view k_owners_sample = "e.g. owners = [{ paths = [\"infra/**\"], by = [\"lead@example.org\"] }]";

/// The first part of a rule's key, and what stands behind it: "commits" of "commits.message", "" of "allow".
std::pair<std::string, std::string> split_key(const std::string& key) {
  const auto dot = key.find('.');
  return dot == std::string::npos ? std::pair(std::string(), key) : std::pair(key.substr(0, dot), key.substr(dot + 1));
}

/// The keys of rules in this table of a block.
std::vector<std::string> keys_in(std::string_view group) {
  std::vector<std::string> found;
  for (const auto& key : rule_keys()) {
    auto [first, rest] = split_key(key);
    if (first == group) {
      found.push_back(std::move(rest));
    }
  }
  return found;
}

template <typename Enum> std::vector<std::string> words_of(std::initializer_list<Enum> values) {
  std::vector<std::string> words;
  std::transform(values.begin(), values.end(), std::back_inserter(words), [](Enum value) { return std::string(name_of(value)); });
  return words;
}

class BlockReader {
public:
  BlockReader(const BlockScene& scene, Decoder& decode) : m_scene(scene), m_decode(decode) {}

  Block read(const toml::table& table, const std::string& key, RefPattern::Kind kind) {
    const std::string where = "[[" + key + "]]";
    auto known = keys_in("");
    known.insert(known.end(), {"match", "remotes", "enforcement", "bypass", "commits", "files"});
    m_decode.only_keys(table, where, known, rule_keys());
    m_block.place = m_decode.place_of(table);
    m_block.kind = kind;
    read_match(table, where, kind);
    m_block.remotes = m_decode.texts(table, "remotes");
    read_enforcement(table);
    read_bypass(table);
    read_update_rules(table);
    if (const auto* commits = group(table, "commits", where)) {
      read_commit_rules(*commits);
    }
    if (const auto* files = group(table, "files", where)) {
      read_file_rules(*files);
    }
    return std::move(m_block);
  }

private:
  const toml::table* group(const toml::table& table, const std::string& key, const std::string& where) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      return nullptr;
    }
    const auto* found = node->as_table();
    if (found == nullptr) {
      m_decode.report(m_decode.place_of(*node), "\"" + key + "\" is a table", "e.g. " + key + "." + keys_in(key).front() + " = …");
    } else {
      m_decode.only_keys(*found, "\"" + key + "\" of " + where, keys_in(key));
    }
    return found;
  }

  void read_match(const toml::table& table, const std::string& where, RefPattern::Kind kind) {
    const auto match = m_decode.texts(table, "match");
    if (!table.contains("match") || (match && match->value.empty())) {
      m_decode.report(m_block.place, where + " needs \"match\": the refs it speaks of", "e.g. match = [\"master\", \"release/*\"]");
      return;
    }
    if (!match) {
      return;
    }
    m_block.match.place = match->place;
    for (const auto& text : match->value) {
      if (const auto pattern = RefPattern::parse(text, kind)) {
        m_block.match.value.push_back(*pattern);
      } else {
        m_decode.report(match->place, "no ref can be called \"" + text + "\"", "write names or patterns with *, ** and ?");
      }
    }
  }

  void read_enforcement(const toml::table& table) {
    const auto words = words_of({Enforcement::off, Enforcement::evaluate, Enforcement::active});
    m_block.enforcement.place = m_block.place;
    if (const auto word = m_decode.word(table, "enforcement", words)) {
      m_block.enforcement = {*enforcement_named(words[word->value]), word->place};
    }
  }

  // Sorted, each once: blocks with the same people are enforced together.
  void read_bypass(const toml::table& table) {
    const toml::node* node = table.get("bypass");
    if (node == nullptr) {
      return;
    }
    m_block.bypass.place = m_decode.place_of(*node);
    if (const auto* flag = node->as_boolean()) {
      if (flag->get()) {
        m_decode.report(*m_block.bypass.place, "\"bypass\" is false or a list of those who may",
                        "e.g. bypass = [\"lead@example.org\"]; \"*\" is anybody");
      }
      return;
    }
    if (const auto list = m_decode.items(table, "bypass")) {
      auto& by = m_block.bypass.by;
      std::transform(list->value.begin(), list->value.end(), std::back_inserter(by), [](const auto& item) { return item.value; });
      std::sort(by.begin(), by.end());
      by.erase(std::unique(by.begin(), by.end()), by.end());
      if (std::find(by.begin(), by.end(), "*") != by.end()) {
        by = {"*"};
      }
    }
  }

  void read_update_rules(const toml::table& table) {
    Rules& rules = m_block.rules;
    read_allow(table);
    read_from(table);
    read_require(table);
    rules.first_parent = demand(table, "first_parent", "first_parent");
    rules.linear = demand(table, "linear", "linear");
    read_regex(table, "name", rules.name);
    read_freezes(table);
    const auto contents = words_of({MergeContent::any, MergeContent::clean_or_resolved, MergeContent::clean});
    if (const auto word = m_decode.word(table, "merge_content", contents)) {
      rules.merge_content = Located<MergeContent>{*merge_content_named(contents[word->value]), word->place};
    }
    const auto which = words_of({SignedCommits::none, SignedCommits::merge, SignedCommits::all});
    if (const auto word = m_decode.word(table, "signed", which)) {
      rules.signed_commits = Located<SignedCommits>{*signed_commits_named(which[word->value]), word->place};
    }
    if (auto path = read_allowed_signers(table, m_scene, m_decode)) {
      rules.allowed_signers.push_back(*std::move(path));
    }
  }

  void read_commit_rules(const toml::table& table) {
    Rules& rules = m_block.rules;
    read_regex(table, "message", rules.message);
    read_regex(table, "author_email", rules.author_email);
    read_regex(table, "committer_email", rules.committer_email);
    rules.sign_off = demand(table, "sign_off", "commits.sign_off");
    rules.subject_max = m_decode.integer(table, "subject_max");
    if (rules.subject_max && rules.subject_max->value < 1) {
      m_decode.report(rules.subject_max->place, "\"subject_max\" must be above zero", "e.g. commits.subject_max = 72");
    }
  }

  void read_file_rules(const toml::table& table) {
    Rules& rules = m_block.rules;
    rules.secrets = demand(table, "secrets", "files.secrets");
    if (const auto text = m_decode.text(table, "max_size")) {
      const auto size = parse_byte_size(text->value);
      if (size) {
        rules.max_size = Located<std::int64_t>{*size, text->place};
      } else {
        m_decode.report(text->place, "\"" + text->value + "\" is no size of a file",
                        "write e.g. \"5MiB\", \"500KiB\", \"100kB\" or \"1234\" (bytes)");
      }
    }
    waive_empty(table, "deny", "files.deny");
    waive_empty(table, "owners", "files.owners");
    if (const auto globs = m_decode.items(table, "deny")) {
      for (const auto& glob : globs->value) {
        if (auto pattern = read_path_pattern(glob)) {
          rules.deny.push_back({*std::move(pattern), glob.place});
        }
      }
    }
    for (const auto* entry : m_decode.tables(table, "owners", std::string(k_owners_sample))) {
      read_owners(*entry);
    }
  }

  void read_owners(const toml::table& table) {
    const auto place = m_decode.place_of(table);
    m_decode.only_keys(table, "\"owners\"", {"paths", "by"});
    need(table, {"paths", "by"}, "\"owners\"", std::string(k_owners_sample));
    Owners owners;
    if (const auto paths = m_decode.items(table, "paths")) {
      for (const auto& path : paths->value) {
        if (auto pattern = read_path_pattern(path)) {
          owners.paths.push_back(*std::move(pattern));
        }
      }
      if (table.get("paths")->as_array()->empty()) {
        m_decode.report(paths->place, "\"paths\" names nothing", std::string(k_owners_sample));
      }
    }
    if (auto by = m_decode.names(table, "by")) {
      owners.by = std::move(by->value);
    }
    m_block.rules.owners.push_back({std::move(owners), place});
  }

  std::optional<PathPattern> read_path_pattern(const Located<std::string>& text) {
    auto pattern = PathPattern::parse(text.value);
    if (!pattern) {
      m_decode.report(text.place, "no path of a tree matches \"" + text.value + "\"",
                      "write paths or patterns with *, **, ? and [a-z], without \"..\" and empty parts");
    }
    return pattern;
  }

  void read_regex(const toml::table& table, std::string_view key, std::vector<Located<Regex>>& into) {
    const auto text = m_decode.text(table, key);
    if (!text) {
      return;
    }
    auto regex = Regex::compile(text->value);
    if (regex) {
      into.push_back({*std::move(regex), text->place});
    } else {
      m_decode.report(text->place, "\"" + std::string(key) + "\" is no regular expression: " + regex.error(),
                      "single quotes keep backslashes as they are, e.g. '^[a-z]+\\.txt$'");
    }
  }

  void read_freezes(const toml::table& table) {
    waive_empty(table, "freeze", "freeze");
    for (const auto* entry : m_decode.tables(table, "freeze", std::string(k_freeze_sample))) {
      m_decode.only_keys(*entry, "\"freeze\"", {"from", "until", "reason"});
      need(*entry, {"from", "until", "reason"}, "\"freeze\"", std::string(k_freeze_sample));
      const auto from = m_decode.instant(*entry, "from");
      const auto until = m_decode.instant(*entry, "until");
      const auto reason = m_decode.text(*entry, "reason");
      if (from && until && until->value <= from->value) {
        m_decode.report(until->place, "this freeze ends before it begins", "\"until\" must be later than \"from\"");
      } else if (from && until && reason) {
        m_block.rules.freeze.push_back({{from->value, until->value, reason->value}, m_decode.place_of(*entry)});
      }
    }
  }

  void need(const toml::table& table, const std::vector<std::string>& keys, const std::string& where, const std::string& hint) {
    for (const auto& key : keys) {
      if (!table.contains(key)) {
        m_decode.report(m_decode.place_of(table), where + " needs \"" + key + "\"", hint);
      }
    }
  }

  void waive_empty(const toml::table& table, std::string_view key, const std::string& rule) {
    const toml::array* list = table.get_as<toml::array>(key);
    if (list != nullptr && list->empty()) {
      m_block.waived.push_back(rule);
    }
  }

  std::optional<Place> demand(const toml::table& table, std::string_view key, const std::string& rule) {
    const auto flag = m_decode.boolean(table, key);
    if (flag && !flag->value) {
      m_block.waived.push_back(rule);
    }
    return flag && flag->value ? std::optional(flag->place) : std::nullopt;
  }

  void read_allow(const toml::table& table) {
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
    m_block.rules.allow = allow;
  }

  void read_from(const toml::table& table) {
    const auto names = m_decode.texts(table, "from");
    if (!names) {
      return;
    }
    Located<std::vector<RefName>> from{{}, names->place};
    for (const auto& name : names->value) {
      if (const auto branch = m_decode.branch({name, names->place}, "from")) {
        from.value.push_back(*branch);
      }
    }
    m_block.rules.from = std::move(from);
  }

  void read_require(const toml::table& table) {
    auto& require = m_block.rules.require;
    require = m_decode.texts(table, "require");
    if (!require || !m_scene.suites) {
      return;
    }
    const auto& known = *m_scene.suites;
    for (const auto& name : require->value) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        const auto near = near_miss(name, known);
        m_decode.report(require->place, "there is no suite \"" + name + "\"",
                        near ? "did you mean \"" + *near + "\"?" : "define it: [suite." + name + "]");
      }
    }
  }

  const BlockScene& m_scene;
  Decoder& m_decode;
  Block m_block;
};

} // namespace

std::vector<Block> read_blocks(const toml::table& top, const std::string& key, RefPattern::Kind kind, const BlockScene& scene,
                               Decoder& decode) {
  std::vector<Block> blocks;
  for (const auto* table : decode.tables(top, key, "write: [[" + key + "]]")) {
    blocks.push_back(BlockReader(scene, decode).read(*table, key, kind));
  }
  return blocks;
}

std::optional<Located<std::string>> read_allowed_signers(const toml::table& table, const BlockScene& scene, Decoder& decode) {
  constexpr std::string_view k_key = "allowed_signers";
  if (!scene.is_machine) {
    auto path = decode.tree_path(table, k_key);
    if (path && path->value.empty()) {
      decode.report(path->place, "\"allowed_signers\" must name a file", "e.g. \".gate/allowed_signers\"");
    }
    return path;
  }
  auto path = decode.text(table, k_key);
  if (path && path->value.front() != '/') {
    decode.report(path->place, "\"allowed_signers\" of this machine's policy must be an absolute path", "e.g. \"/etc/gate/allowed_signers\"");
  }
  return path;
}

} // namespace gate
