#include "cli/secret_variables.hpp"

#include <algorithm>

#include "app/policies.hpp"

namespace gate {

namespace {

constexpr std::string_view k_key = "env";
constexpr std::string_view k_blanks = " \t";
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
  skip(text, k_blanks);
  if (!skip(text, "=")) {
    return {};
  }
  skip(text, k_blanks);
  return skip(text, k_quotes) ? text.substr(0, text.find_first_of(k_quotes)) : std::string_view();
}

} // namespace

std::vector<std::string> secret_variables_in(std::string_view policy) {
  std::vector<std::string> names;
  for (auto at = policy.find(k_key); at != std::string_view::npos; at = policy.find(k_key, at + 1)) {
    const bool is_key = at == 0 || k_of_a_word.find(policy[at - 1]) == std::string_view::npos;
    const std::string name(is_key ? value_in(policy.substr(at + k_key.size())) : "");
    if (is_variable_name(name) && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> secret_variables_of_head(OpenRepository& repository) {
  const auto head = repository.rev_parse("HEAD");
  const auto policy = head && *head ? repository.file_at(**head, k_policy_file) : Result<std::optional<std::string>>(std::nullopt);
  return policy && *policy ? secret_variables_in(**policy) : std::vector<std::string>();
}

} // namespace gate
