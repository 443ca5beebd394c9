#include "policy/decode.hpp"

#include <algorithm>
#include <tuple>

#include "base/near_miss.hpp"

namespace gate {

namespace {

std::string type_name(const toml::node& node) {
  switch (node.type()) {
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "a list";
  case toml::node_type::string:
    return "a text";
  case toml::node_type::integer:
    return "a whole number";
  case toml::node_type::floating_point:
    return "a fraction";
  case toml::node_type::boolean:
    return "true or false";
  default:
    return "a date or time";
  }
}

bool has_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

bool ends_in(const std::string& text, const std::string& end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Nothing where a clock can't show it: system_clock counts nanoseconds.
std::optional<std::chrono::system_clock::time_point> to_instant(const toml::date_time& value) {
  namespace chrono = std::chrono;
  const chrono::sys_days day = chrono::year(value.date.year) / chrono::month(value.date.month) / chrono::day(value.date.day);
  const chrono::sys_seconds at = day + chrono::hours(value.time.hour) + chrono::minutes(value.time.minute - value.offset->minutes) +
                                 chrono::seconds(value.time.second);
  using Clock = chrono::system_clock::time_point;
  const auto first = chrono::ceil<chrono::seconds>(Clock::min());
  const auto last = chrono::floor<chrono::seconds>(Clock::max()) - chrono::seconds(1);
  if (at < first || at > last) {
    return std::nullopt;
  }
  return chrono::time_point_cast<Clock::duration>(at) +
         chrono::duration_cast<Clock::duration>(chrono::nanoseconds(value.time.nanosecond));
}

std::string in_words(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    all += i == 0 ? "\"" : i + 1 == words.size() ? " or \"" : ", \"";
    all += words[i] + "\"";
  }
  return all;
}

} // namespace

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

Place Decoder::place_of(const toml::node& node) const {
  const auto& begin = node.source().begin;
  return {m_file, begin.line, begin.column};
}

void Decoder::report(const Place& place, std::string message, std::string hint) {
  m_problems.push_back({place, std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Decoder::take_problems() {
  std::stable_sort(m_problems.begin(), m_problems.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return std::move(m_problems);
}

void Decoder::only_keys(const toml::table& table, const std::string& where, const std::vector<std::string>& known,
                        const std::vector<std::string>& dotted) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      continue;
    }
    const auto full = std::find_if(dotted.begin(), dotted.end(), [&](const std::string& candidate) { return ends_in(candidate, "." + name); });
    const auto near = full == dotted.end() ? near_miss(name, known) : std::optional(*full);
    std::string hint = near ? "did you mean \"" + *near + "\"?" : "";
    const auto& begin = key.source().begin;
    report({m_file, begin.line, begin.column}, "unknown key \"" + name + "\" in " + where, std::move(hint));
  }
}

void Decoder::wrong_type(const toml::node& node, std::string_view key, const std::string& wanted) {
  report(place_of(node), "\"" + std::string(key) + "\" must be " + wanted + ", not " + type_name(node));
}

std::optional<Located<std::string>> Decoder::text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto* value = node->as_string();
  if (value == nullptr) {
    wrong_type(*node, key, "a text");
    return std::nullopt;
  }
  if (value->get().empty() || has_nul(value->get())) {
    report(place_of(*node), "\"" + std::string(key) + "\" must not be empty nor hold a NUL");
    return std::nullopt;
  }
  return Located<std::string>{value->get(), place_of(*node)};
}

std::optional<Located<std::vector<std::string>>> Decoder::texts(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto* list = node->as_array();
  if (list == nullptr) {
    wrong_type(*node, key, "a list of texts");
    return std::nullopt;
  }
  Located<std::vector<std::string>> values{{}, place_of(*node)};
  for (const auto& element : *list) {
    const auto* value = element.as_string();
    if (value == nullptr) {
      wrong_type(element, key, "a list of texts");
      return std::nullopt;
    }
    if (has_nul(value->get())) {
      report(place_of(element), "\"" + std::string(key) + "\" must not hold a NUL");
      return std::nullopt;
    }
    values.value.push_back(value->get());
  }
  return values;
}

std::optional<Located<std::vector<Located<std::string>>>> Decoder::items(const toml::table& table, std::string_view key) {
  const auto plain = texts(table, key);
  if (!plain) {
    return std::nullopt;
  }
  Located<std::vector<Located<std::string>>> found{{}, plain->place};
  for (const auto& element : *table.get(key)->as_array()) {
    const auto& text = element.as_string()->get();
    if (text.empty()) {
      report(place_of(element), "\"" + std::string(key) + "\" must not hold an empty text");
    } else {
      found.value.push_back({text, place_of(element)});
    }
  }
  return found;
}

std::optional<Located<std::vector<std::string>>> Decoder::names(const toml::table& table, std::string_view key) {
  const auto list = items(table, key);
  if (!list) {
    return std::nullopt;
  }
  Located<std::vector<std::string>> found{{}, list->place};
  for (const auto& item : list->value) {
    found.value.push_back(item.value);
  }
  if (table.get(key)->as_array()->empty()) {
    report(list->place, "\"" + std::string(key) + "\" names nothing", "name one, or take the key away");
  }
  return found;
}

std::vector<const toml::table*> Decoder::tables(const toml::table& table, std::string_view key, const std::string& hint) {
  std::vector<const toml::table*> found;
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return found;
  }
  const auto* list = node->as_array();
  if (list == nullptr || !std::all_of(list->begin(), list->end(), [](const auto& element) { return element.is_table(); })) {
    report(place_of(*node), "\"" + std::string(key) + "\" is a list of tables", hint);
    return found;
  }
  for (const auto& element : *list) {
    found.push_back(element.as_table());
  }
  return found;
}

std::optional<Located<std::size_t>> Decoder::word(const toml::table& table, std::string_view key, const std::vector<std::string>& words) {
  const auto value = text(table, key);
  if (!value) {
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), value->value);
  if (found == words.end()) {
    const auto near = near_miss(value->value, words);
    report(value->place, "\"" + std::string(key) + "\" can't be \"" + value->value + "\"",
           near ? "did you mean \"" + *near + "\"?" : "it is " + in_words(words));
    return std::nullopt;
  }
  return Located<std::size_t>{static_cast<std::size_t>(found - words.begin()), value->place};
}

std::optional<Located<std::string>> Decoder::tree_path(const toml::table& table, std::string_view key) {
  const auto value = text(table, key);
  if (!value) {
    return std::nullopt;
  }
  const auto path = path_in_tree(value->value);
  if (!path) {
    report(value->place, "\"" + std::string(key) + "\" must be a path inside the repository, without \"..\"");
    return std::nullopt;
  }
  return Located<std::string>{*path, value->place};
}

std::optional<RefName> Decoder::branch(const Located<std::string>& name, const std::string& key) {
  auto branch = RefName::branch(name.value);
  if (!branch || !branch->is_branch()) {
    report(name.place, "\"" + key + "\" names branches, and \"" + name.value + "\" can't be one",
           "write a branch's name, e.g. \"development\"; patterns are for \"match\"");
    return std::nullopt;
  }
  return branch;
}

std::optional<Located<bool>> Decoder::boolean(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto* value = node->as_boolean();
  if (value == nullptr) {
    wrong_type(*node, key, "true or false");
    return std::nullopt;
  }
  return Located<bool>{value->get(), place_of(*node)};
}

std::optional<Located<std::int64_t>> Decoder::integer(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto* value = node->as_integer();
  if (value == nullptr) {
    wrong_type(*node, key, "a whole number");
    return std::nullopt;
  }
  return Located<std::int64_t>{value->get(), place_of(*node)};
}

std::optional<Located<std::chrono::system_clock::time_point>> Decoder::instant(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto* value = node->as_date_time();
  if (value == nullptr || !value->get().offset) {
    report(place_of(*node), "\"" + std::string(key) + "\" must be a date and time with its offset from UTC",
           "e.g. 2026-12-20T00:00:00Z or 2026-12-20T00:00:00+01:00");
    return std::nullopt;
  }
  const auto instant = to_instant(value->get());
  if (!instant) {
    report(place_of(*node), "\"" + std::string(key) + "\" is further away than a clock can tell", "write a year from 1678 to 2261");
    return std::nullopt;
  }
  return Located<std::chrono::system_clock::time_point>{*instant, place_of(*node)};
}

} // namespace gate
