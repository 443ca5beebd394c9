#include "policy/describe.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <utility>

namespace gate {

namespace {

bool same_place(const Place& a, const Place& b) { return a.file == b.file && a.line == b.line && a.column == b.column; }

void add_place(std::vector<Place>& places, const Place& place) {
  if (std::none_of(places.begin(), places.end(), [&](const Place& known) { return same_place(known, place); })) {
    places.push_back(place);
  }
}

std::string instant(std::chrono::system_clock::time_point when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(when - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::vector<std::string> words_of(ShapeSet shapes) {
  std::vector<std::string> words;
  for (const auto& name : shape_names()) {
    if (shapes.contains(*shape_named(name))) {
      words.push_back(name);
    }
  }
  return words;
}

std::vector<std::string> briefs(const std::vector<RefName>& refs) {
  std::vector<std::string> names;
  std::transform(refs.begin(), refs.end(), std::back_inserter(names), [](const RefName& ref) { return ref.is_branch() ? ref.brief() : ref.full(); });
  return names;
}

std::string value_of(const Regex& regex) { return toml_text(regex.pattern()); }
std::string value_of(const std::string& text) { return toml_text(text); }
std::string value_of(const PathPattern& path) { return toml_text(path.text()); }

std::string value_of(const Freeze& freeze) {
  return "{ from = " + instant(freeze.from) + ", until = " + instant(freeze.until) + ", reason = " + toml_text(freeze.reason) + " }";
}

std::string value_of(const Owners& owners) {
  std::vector<std::string> paths;
  std::transform(owners.paths.begin(), owners.paths.end(), std::back_inserter(paths), [](const PathPattern& path) { return path.text(); });
  return "{ paths = " + toml_list(paths) + ", by = " + toml_list(owners.by) + " }";
}

/// The rows of one set of rules as they are found.
class Rows {
public:
  void add(const char* key, std::string value, const Place& place) { m_rows.push_back({key, std::move(value), {place}}); }
  void add_flag(const char* key, const std::optional<Place>& flag) {
    if (flag) {
      add(key, "true", *flag);
    }
  }
  template <typename T> void add_each(const char* key, const std::vector<Located<T>>& items, bool always_a_list) {
    if (items.empty()) {
      return;
    }
    RuleRow row{key, {}, {}};
    for (const auto& item : items) {
      row.value += (row.value.empty() ? "" : ", ") + value_of(item.value);
      add_place(row.places, item.place);
    }
    if (always_a_list || items.size() > 1) {
      row.value = "[" + row.value + "]";
    }
    m_rows.push_back(std::move(row));
  }
  std::vector<RuleRow> take() { return std::move(m_rows); }

private:
  std::vector<RuleRow> m_rows;
};

void describe_update(const Rules& rules, Rows& rows) {
  if (rules.allow) {
    rows.add("allow", toml_list(words_of(rules.allow->value)), rules.allow->place);
  }
  if (rules.from) {
    rows.add("from", toml_list(briefs(rules.from->value)), rules.from->place);
  }
  if (rules.require) {
    rows.add("require", toml_list(rules.require->value), rules.require->place);
  }
  rows.add_flag("first_parent", rules.first_parent);
  rows.add_flag("linear", rules.linear);
  rows.add_each("name", rules.name, false);
  rows.add_each("freeze", rules.freeze, true);
  if (rules.merge_content) {
    rows.add("merge_content", toml_text(name_of(rules.merge_content->value)), rules.merge_content->place);
  }
  if (rules.signed_commits) {
    rows.add("signed", toml_text(name_of(rules.signed_commits->value)), rules.signed_commits->place);
  }
  rows.add_each("allowed_signers", rules.allowed_signers, false);
}

void describe_commits(const Rules& rules, Rows& rows) {
  rows.add_each("commits.message", rules.message, false);
  if (rules.subject_max) {
    rows.add("commits.subject_max", std::to_string(rules.subject_max->value), rules.subject_max->place);
  }
  rows.add_each("commits.author_email", rules.author_email, false);
  rows.add_each("commits.committer_email", rules.committer_email, false);
  rows.add_flag("commits.sign_off", rules.sign_off);
  if (rules.max_size) {
    rows.add("files.max_size", toml_text(toml_size(rules.max_size->value)), rules.max_size->place);
  }
  rows.add_each("files.deny", rules.deny, true);
  rows.add_each("files.owners", rules.owners, true);
  rows.add_flag("files.secrets", rules.secrets);
}

// A value that several lines make together, or one that is some line's own.
bool is_made_of_many(const std::string& key) { return key == "allow" || key == "from" || key == "require"; }

bool lists_override(const Layer& layer, const std::string& key) {
  return std::find(layer.allow_override.begin(), layer.allow_override.end(), key) != layer.allow_override.end();
}

// The same condition as rules_for's: a layer below says something under a key that this block's layer leaves to it.
bool is_loosened(const Policy& policy, const RefRules& rules, const Block& block, const std::string& key) {
  if (block.layer >= policy.layers.size() || !lists_override(policy.layers[block.layer], key)) {
    return false;
  }
  return std::any_of(rules.blocks.begin(), rules.blocks.end(), [&](const Block* other) {
    return other->layer < policy.layers.size() && policy.layers[other->layer].rank > policy.layers[block.layer].rank &&
           other->enforcement.value >= block.enforcement.value && has_rule(other->rules, key);
  });
}

LineFate fate_of(const RuleRow& line, const RuleRow& whole) {
  const auto is_there = [&](const Place& place) {
    return std::any_of(whole.places.begin(), whole.places.end(), [&](const Place& known) { return same_place(known, place); });
  };
  if (line.value == whole.value) {
    return std::any_of(line.places.begin(), line.places.end(), is_there) ? LineFate::decides : LineFate::agrees;
  }
  if (is_made_of_many(line.key)) {
    return LineFate::joins;
  }
  if (std::any_of(line.places.begin(), line.places.end(), is_there)) {
    return LineFate::joins;
  }
  // Lists unite, so that what stands elsewhere says the same and more.
  const bool is_list = whole.places.size() > 1 || (!whole.value.empty() && whole.value.front() == '[');
  return is_list ? LineFate::agrees : LineFate::overruled;
}

ExplainedRule& rule_under(const std::string& key, const std::vector<RuleRow>& whole, ExplainedGroup& group) {
  const auto known = std::find_if(group.rules.begin(), group.rules.end(), [&](const ExplainedRule& rule) { return rule.row.key == key; });
  if (known != group.rules.end()) {
    return *known;
  }
  const auto row = std::find_if(whole.begin(), whole.end(), [&](const RuleRow& r) { return r.key == key; });
  group.rules.push_back({row == whole.end() ? RuleRow{key, {}, {}} : *row, {}});
  return group.rules.back();
}

ExplainedGroup explain_group(const Policy& policy, const RefRules& rules, const RuleGroup& group) {
  ExplainedGroup explained{group.enforcement, group.bypass, {}};
  const auto whole = describe(group.rules);
  for (const Block* block : rules.blocks) {
    if (block->enforcement.value != group.enforcement || !(block->bypass == group.bypass)) {
      continue;
    }
    for (const auto& line : describe(block->rules)) {
      auto& rule = rule_under(line.key, whole, explained);
      const bool loosened = is_loosened(policy, rules, *block, line.key);
      rule.lines.push_back({line.places.front(), line.value, loosened ? LineFate::loosened : fate_of(line, rule.row)});
    }
  }
  const auto& keys = rule_keys();
  const auto rank = [&](const ExplainedRule& rule) { return std::find(keys.begin(), keys.end(), rule.row.key); };
  std::sort(explained.rules.begin(), explained.rules.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return explained;
}

// `deep` stands for each `**`.
std::string with_names(const std::string& glob, std::string_view deep) {
  std::string name;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '?') {
      name += 'x';
    } else if (glob[i] != '*') {
      name += glob[i];
    } else if (glob.compare(i, 2, "**") == 0) {
      name += deep;
      ++i;
    } else {
      name += "any-name";
    }
  }
  return name;
}

} // namespace

std::string toml_text(std::string_view text) {
  const auto is_plain = [](char c) { return c != '\'' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
  const bool has_quote_or_slash = text.find_first_of("\"\\") != std::string_view::npos;
  if (!has_quote_or_slash && std::all_of(text.begin(), text.end(), [&](char c) { return c == '\'' || is_plain(c); })) {
    return '"' + std::string(text) + '"';
  }
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    return '\'' + std::string(text) + '\'';
  }
  std::string escaped = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04X", static_cast<unsigned>(byte));
      escaped += code.data();
    } else {
      escaped += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
  }
  return escaped + '"';
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) {
    list += (list.empty() ? "" : ", ") + toml_text(text);
  }
  return "[" + list + "]";
}

std::string toml_size(std::int64_t bytes) {
  constexpr std::array<std::pair<const char*, std::int64_t>, 6> k_units = {
      {{"GiB", std::int64_t{1} << 30U}, {"GB", 1'000'000'000}, {"MiB", std::int64_t{1} << 20U}, {"MB", 1'000'000}, {"KiB", 1024}, {"kB", 1000}}};
  for (const auto& [unit, size] : k_units) {
    if (bytes >= size && bytes % size == 0) {
      return std::to_string(bytes / size) + unit;
    }
  }
  return std::to_string(bytes);
}

std::string toml_age(std::chrono::seconds age) {
  constexpr std::array<std::pair<const char*, std::int64_t>, 3> k_units = {{{"d", 86400}, {"h", 3600}, {"m", 60}}};
  const std::int64_t seconds = age.count();
  for (const auto& [unit, size] : k_units) {
    if (seconds >= size && seconds % size == 0) {
      return std::to_string(seconds / size) + unit;
    }
  }
  return std::to_string(seconds) + "s";
}

std::string window_text(const Freeze& freeze) { return instant(freeze.from) + " to " + instant(freeze.until); }

std::string pattern_text(const RefPattern& pattern) {
  const std::string& full = pattern.full();
  if (full.rfind("refs/heads/", 0) == 0) {
    return full.substr(11);
  }
  return full.rfind("refs/tags/", 0) == 0 ? "tag " + full.substr(10) : full;
}

std::vector<RuleRow> describe(const Rules& rules) {
  Rows rows;
  describe_update(rules, rows);
  describe_commits(rules, rows);
  return rows.take();
}

std::vector<RuleRow> describe(const VerdictSettings& settings) {
  RuleRow signers{"allowed_signers", {}, {}};
  std::vector<std::string> files;
  for (const auto& file : settings.allowed_signers) {
    files.push_back(file.value);
    add_place(signers.places, file.place);
  }
  signers.value = files.size() == 1 ? toml_text(files.front()) : toml_list(files);
  std::vector<RuleRow> rows = {std::move(signers)};
  const auto add_list = [&](const char* key, const std::vector<std::string>& texts) {
    if (!texts.empty()) {
      rows.push_back({key, toml_list(texts), {settings.place}});
    }
  };
  add_list("ci", settings.ci);
  add_list("dev", settings.dev);
  rows.push_back({"max_age", toml_text(toml_age(settings.max_age)), {settings.place}});
  add_list("platforms", settings.platforms);
  if (settings.share) {
    rows.push_back({"share", "true", {settings.place}});
  }
  return rows;
}

std::vector<ExplainedGroup> explain(const Policy& policy, const RefRules& rules) {
  std::vector<ExplainedGroup> groups;
  std::transform(rules.groups.begin(), rules.groups.end(), std::back_inserter(groups),
                 [&](const RuleGroup& group) { return explain_group(policy, rules, group); });
  return groups;
}

std::vector<RefName> samples_of(const RefPattern& pattern) {
  std::vector<RefName> samples;
  for (const std::string_view deep : {"any-name", "any-name/any-name"}) {
    const auto ref = RefName::parse(with_names(pattern.full(), deep));
    if (ref && pattern.matches(*ref) && std::find(samples.begin(), samples.end(), *ref) == samples.end()) {
      samples.push_back(*ref);
    }
  }
  return samples;
}

} // namespace gate
