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

} // namespace

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

void Decoder::only_keys(const toml::table& table, const std::string& where, const std::vector<std::string>& known) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      continue;
    }
    const auto near = near_miss(name, known);
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

} // namespace gate
