#include "engine/base_images.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/ascii.hpp"

namespace gate {

namespace {

// The words of a line; a line that ends with a backslash goes on.
std::vector<std::vector<std::string>> instructions(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t begin = rest.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || rest[begin] == '#') {
      continue;
    }
    while (true) {
      const std::size_t from = rest.find_first_not_of(" \t\r");
      if (from == std::string_view::npos) {
        break;
      }
      const std::size_t to = std::min(rest.find_first_of(" \t\r", from), rest.size());
      lines.back().emplace_back(rest.substr(from, to - from));
      rest.remove_prefix(to);
    }
    auto& words = lines.back();
    if (!words.empty() && words.back().back() == '\\') {
      words.back().pop_back();
      if (words.back().empty()) {
        words.pop_back();
      }
    } else {
      lines.emplace_back();
    }
  }
  return lines;
}

} // namespace

std::vector<std::string> base_images(std::string_view dockerfile) {
  std::set<std::string> stages;
  std::vector<std::string> images;
  const auto add = [&](const std::string& image) {
    const bool is_stage = stages.count(lower(image)) != 0 || image.find_first_not_of("0123456789") == std::string::npos;
    if (!is_stage && std::find(images.begin(), images.end(), image) == images.end()) {
      images.push_back(image);
    }
  };
  for (const auto& words : instructions(dockerfile)) {
    const std::string what = words.empty() ? std::string() : lower(words.front());
    std::size_t at = 1;
    while (at < words.size() && words[at].rfind("--", 0) == 0) {
      constexpr std::string_view k_from = "--from=";
      if ((what == "copy" || what == "add") && words[at].rfind(k_from, 0) == 0) {
        add(words[at].substr(k_from.size()));
      }
      ++at;
    }
    if (what == "from" && at < words.size()) {
      add(words[at]);
      if (at + 2 < words.size() && lower(words[at + 1]) == "as") {
        stages.insert(lower(words[at + 2]));
      }
    }
  }
  return images;
}

namespace {

using Arguments = std::vector<std::string>;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// "# syntax=docker/dockerfile:1" and the like, at the top of the file only. Another syntax may mean anything.
bool has_known_directives(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = lower(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    line.erase(std::remove_if(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; }), line.end());
    if (line.empty() || line.front() != '#') {
      return true;
    }
    constexpr std::string_view k_syntax = "#syntax=";
    if (line.rfind("#escape=", 0) == 0) {
      return false;
    }
    if (line.rfind(k_syntax, 0) == 0) {
      line.erase(0, k_syntax.size());
      return line == "docker/dockerfile" || line.rfind("docker/dockerfile:", 0) == 0;
    }
  }
  return true;
}

/// Reads a Dockerfile with the values of its arguments; gives up where it does not understand.
class Resolving {
public:
  explicit Resolving(const Arguments& arguments) {
    for (const std::string& argument : arguments) {
      const std::size_t sign = argument.find('=');
      if (sign != std::string::npos) {
        m_given[argument.substr(0, sign)] = argument.substr(sign + 1);
      }
    }
  }

  bool take(const Arguments& words);
  bool has_begun() const { return m_has_begun; }
  Arguments images() && { return std::move(m_images); }

private:
  void declare(const std::string& word);
  bool from(const Arguments& words);
  bool copies_from(const std::string& what, const Arguments& words);
  std::optional<std::string> expanded(std::string_view text) const;
  std::optional<std::string> value_of(std::string_view inside) const;
  void add(const std::string& image);

  std::map<std::string, std::string> m_given;
  std::map<std::string, std::string> m_values;
  std::set<std::string> m_stages;
  Arguments m_images;
  bool m_has_begun = false; ///< behind the first FROM
};

void Resolving::add(const std::string& image) {
  if (image != "scratch" && m_stages.count(lower(image)) == 0 && std::find(m_images.begin(), m_images.end(), image) == m_images.end()) {
    m_images.push_back(image);
  }
}

// A default that can't be read leaves the name without a value: whoever uses it is not understood.
void Resolving::declare(const std::string& word) {
  const std::size_t sign = std::min(word.find('='), word.size());
  const std::string name = word.substr(0, sign);
  if (const auto given = m_given.find(name); given != m_given.end()) {
    m_values[name] = given->second;
    return;
  }
  m_values.erase(name);
  if (sign == word.size()) {
    return;
  }
  std::string value = word.substr(sign + 1);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  if (const std::optional<std::string> whole = expanded(value)) {
    m_values[name] = *whole;
  }
}

// NAME, NAME:-otherwise
std::optional<std::string> Resolving::value_of(std::string_view inside) const {
  const std::size_t colon = std::min(inside.find(':'), inside.size());
  const auto found = m_values.find(std::string(inside.substr(0, colon)));
  const bool is_set = found != m_values.end() && !found->second.empty();
  if (colon == inside.size()) {
    return is_set ? std::optional<std::string>(found->second) : std::nullopt;
  }
  const std::string_view otherwise = inside.substr(colon);
  if (otherwise.substr(0, 2) != ":-" || otherwise.find('$') != std::string_view::npos) {
    return std::nullopt;
  }
  return is_set ? found->second : std::string(otherwise.substr(2));
}

std::optional<std::string> Resolving::expanded(std::string_view text) const {
  constexpr std::string_view k_name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  if (text.find_first_of("\"'\\") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string result;
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    result += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) {
      break;
    }
    const bool in_braces = text.substr(0, 2) == "${";
    const std::size_t begin = in_braces ? 2 : 1;
    const std::size_t end = in_braces ? text.find('}') : std::min(text.find_first_not_of(k_name, begin), text.size());
    const std::optional<std::string> value = end == std::string_view::npos ? std::nullopt : value_of(text.substr(begin, end - begin));
    if (!value) {
      return std::nullopt;
    }
    result += *value;
    text.remove_prefix(end + (in_braces ? 1 : 0));
  }
  return result;
}

bool Resolving::from(const Arguments& words) {
  m_has_begun = true;
  const bool is_named = words.size() == 4 && lower(words[2]) == "as";
  if ((words.size() != 2 && !is_named) || words[1].rfind("--", 0) == 0) {
    return false;
  }
  const std::optional<std::string> image = expanded(words[1]);
  if (!image || image->empty()) {
    return false;
  }
  add(*image);
  if (is_named) {
    m_stages.insert(lower(words[3]));
  }
  return !is_named || !holds(words[3], "$");
}

// COPY --from=image, RUN --mount=type=bind,from=image,…
bool Resolving::copies_from(const std::string& what, const Arguments& words) {
  for (std::size_t i = 1; i < words.size() && words[i].rfind("--", 0) == 0; ++i) {
    const std::size_t from = words[i].find("from=");
    if (from == std::string::npos) {
      continue;
    }
    const std::size_t begin = from + 5;
    const std::string image = words[i].substr(begin, words[i].find(',', begin) - begin);
    if (image.empty() || image.find_first_of("$\"'\\") != std::string::npos) {
      return false;
    }
    if (what == "run" || image.find_first_not_of("0123456789") != std::string::npos) {
      add(image);
    }
  }
  return true;
}

bool Resolving::take(const Arguments& words) {
  if (words.empty()) {
    return true;
  }
  const std::string what = lower(words.front());
  const auto any = [&](std::string_view part) { return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return holds(word, part); }); };
  if (what == "arg" && !m_has_begun) {
    std::for_each(words.begin() + 1, words.end(), [&](const std::string& word) { declare(word); });
    return true;
  }
  if (what == "from") {
    return from(words);
  }
  if (any("<<") || (what == "add" && (any("://") || any("git@") || any("$")))) {
    return false;
  }
  return (what != "copy" && what != "add" && what != "run") || copies_from(what, words);
}

} // namespace

std::optional<std::vector<std::string>> resolved_base_images(std::string_view dockerfile, const std::vector<std::string>& arguments) {
  Resolving resolving(arguments);
  if (!has_known_directives(dockerfile)) {
    return std::nullopt;
  }
  for (const Arguments& words : instructions(dockerfile)) {
    if (!resolving.take(words)) {
      return std::nullopt;
    }
  }
  return resolving.has_begun() ? std::optional<Arguments>(std::move(resolving).images()) : std::nullopt;
}

} // namespace gate
