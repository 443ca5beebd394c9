#include "policy/secret_names.hpp"

#include <algorithm>

#include "policy/decode.hpp"
#include "policy/publication.hpp"
#include "policy/vet.hpp"

namespace gate {

namespace {

constexpr std::string_view k_key = "env";
constexpr std::string_view k_spaces = " \t";
constexpr std::string_view k_quotes = "\"'";
constexpr std::string_view k_of_a_word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool skip(std::string_view& text, std::string_view characters) {
  const auto length = std::min(text.find_first_not_of(characters), text.size());
  text.remove_prefix(length);
  return length > 0;
}

// What stands behind the key: `= "NAME"`. Anything else is empty.
std::string_view value_in(std::string_view text) {
  skip(text, k_quotes); // of the key
  skip(text, k_spaces);
  if (!skip(text, "=")) {
    return {};
  }
  skip(text, k_spaces);
  return skip(text, k_quotes) ? text.substr(0, text.find_first_of(k_quotes)) : std::string_view();
}

void add(const std::string& name, std::vector<std::string>& names) {
  if (is_variable_name(name) && std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

// TOML 1.0, "String": escapes by number, and strings of several lines. Whatever else TOML can say is seen without a parser, which every
// push would have to pay for.
bool may_be_disguised(std::string_view policy) {
  const auto has = [&](std::string_view part) { return policy.find(part) != std::string_view::npos; };
  return has("\\u") || has("\\U") || has("\\x") || has(R"(""")") || has("'''");
}

// How deep it may be, toml++'s parser has seen to.
void add_from(const toml::node& node, std::vector<std::string>& names) {
  if (const auto* const array = node.as_array()) {
    for (const auto& element : *array) {
      add_from(element, names);
    }
  }
  if (const auto* const table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      if (std::string_view(key) == k_key && value.is_string()) {
        add(value.as_string()->get(), names);
      }
      add_from(value, names);
    }
  }
}

} // namespace

std::vector<std::string> secret_names_in(std::string_view policy) {
  std::vector<std::string> names;
  for (auto at = policy.find(k_key); at != std::string_view::npos; at = policy.find(k_key, at + 1)) {
    const bool is_key = at == 0 || k_of_a_word.find(policy[at - 1]) == std::string_view::npos;
    add(std::string(is_key ? value_in(policy.substr(at + k_key.size())) : ""), names);
  }
  if (may_be_disguised(policy) && !vet_policy_text(policy, "")) {
    if (const toml::parse_result parsed = toml::parse(policy)) {
      add_from(parsed.table(), names);
    }
  }
  return names;
}

} // namespace gate
