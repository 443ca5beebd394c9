#include "git/attributes.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

namespace gate {

namespace {

constexpr std::string_view k_blank = " \t\r\n";
constexpr std::size_t k_longest_line = 2048; // git ignores longer ones

using Setting = AttributeFile::Setting;
using How = Setting::How;

// "\"a b\\303\\244\"" as git quotes paths; takes it off the front.
std::optional<std::string> take_quoted(std::string_view& text) {
  constexpr std::string_view k_letters = "abfnrtv\\\"";
  constexpr std::string_view k_meanings = "\a\b\f\n\r\t\v\\\"";
  std::string plain;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return plain;
    }
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    const std::string_view rest = text.substr(i + 1);
    const auto letter = rest.empty() ? std::string_view::npos : k_letters.find(rest.front());
    if (letter != std::string_view::npos) {
      plain += k_meanings[letter];
      i += 1;
    } else if (rest.size() >= 3 && rest.find_first_not_of("01234567") >= 3) {
      plain += static_cast<char>((rest[0] - '0') * 64 + (rest[1] - '0') * 8 + (rest[2] - '0'));
      i += 3;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(k_blank), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(k_blank));
  text.remove_prefix(word.size());
  return word;
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  });
}

std::optional<std::vector<Setting>> settings_in(std::string_view text) {
  std::vector<Setting> settings;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    Setting setting;
    const auto equals = word.find('=');
    if (word.front() == '-' || word.front() == '!') {
      setting.how = word.front() == '-' ? How::unset : How::unspecified;
      word.remove_prefix(1);
    } else if (equals != std::string_view::npos) {
      setting.how = How::value;
      setting.value = word.substr(equals + 1);
    }
    setting.name = word.substr(0, word.find('='));
    if (!is_attribute_name(setting.name)) {
      return std::nullopt;
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

// One "[…]" of a pattern.
struct Bracket {
  std::size_t end = 0; // behind the closing bracket; 0 when there is none
  bool fits = false;
};

bool is_in_class(std::string_view name, unsigned char c) {
  constexpr std::string_view k_names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                          "lower", "print", "punct", "space", "upper", "xdigit"};
  using Test = int (*)(int);
  constexpr Test k_tests[] = {std::isalnum, std::isalpha, std::isblank, std::iscntrl,
                              std::isdigit, std::isgraph, std::islower, std::isprint,
                              std::ispunct, std::isspace, std::isupper, std::isxdigit};
  const auto found = std::find(std::begin(k_names), std::end(k_names), name);
  return found != std::end(k_names) && k_tests[found - std::begin(k_names)](c) != 0;
}

Bracket bracket_at(std::string_view pattern, std::size_t at, unsigned char c) {
  std::size_t i = at + 1;
  const bool inverted = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  i += inverted ? 1 : 0;
  bool fits = false;
  for (bool first = true; i < pattern.size(); first = false) {
    if (pattern[i] == ']' && !first) {
      return {i + 1, fits != inverted};
    }
    if (pattern.substr(i, 2) == "[:") {
      const auto end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        fits = fits || is_in_class(pattern.substr(i + 2, end - i - 2), c);
        i = end + 2;
        continue;
      }
    }
    const auto take = [&] {
      i += pattern[i] == '\\' && i + 1 < pattern.size() ? 1 : 0;
      return static_cast<unsigned char>(pattern[i++]);
    };
    const unsigned char low = take();
    unsigned char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      ++i;
      high = take();
    }
    fits = fits || (c >= low && c <= high);
  }
  return {};
}

// Where the pattern goes on behind the one element at `at` if that fits the character; nothing if it does
// not.
std::optional<std::size_t> step(std::string_view pattern, std::size_t at, char c) {
  if (at == pattern.size()) {
    return std::nullopt;
  }
  if (pattern[at] == '?') {
    return at + 1;
  }
  if (pattern[at] == '[') {
    const Bracket bracket = bracket_at(pattern, at, static_cast<unsigned char>(c));
    return bracket.fits ? std::optional(bracket.end) : std::nullopt;
  }
  if (pattern[at] == '\\') {
    return at + 1 < pattern.size() && pattern[at + 1] == c ? std::optional(at + 2) : std::nullopt;
  }
  return pattern[at] == c ? std::optional(at + 1) : std::nullopt;
}

// A pattern without slashes against a name without slashes. Goes back to the last star only, so that no
// pattern takes long.
bool name_fits(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_name = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_name = i;
      continue;
    }
    if (const auto next = step(pattern, at, name[i])) {
      at = *next;
      ++i;
      continue;
    }
    if (star == std::string_view::npos) {
      return false;
    }
    at = star;
    i = ++star_name;
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return parts;
    }
    path.remove_prefix(slash + 1);
  }
}

// The same one level up: "**" stands for any number of folders, at the end for all that is inside.
bool path_fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_part = 0;
  for (std::size_t i = 0; i < path.size();) {
    if (at < pattern.size() && pattern[at] == "**") {
      if (at + 1 == pattern.size()) {
        return true;
      }
      star = ++at;
      star_part = i;
      continue;
    }
    if (at < pattern.size() && name_fits(pattern[at], path[i])) {
      ++at;
      ++i;
      continue;
    }
    if (star == std::string_view::npos) {
      return false;
    }
    at = star;
    i = ++star_part;
  }
  return at == pattern.size();
}

/// Decides one attribute as git does: from the last line to the first, and what is decided stays so.
class Decision {
public:
  explicit Decision(const AttributeFile::Macros& macros) : m_macros(macros) {}

  void add(const std::vector<Setting>& settings) {
    for (auto setting = settings.rbegin(); setting != settings.rend() && !m_filter; ++setting) {
      if (!m_decided.insert(setting->name).second) {
        continue;
      }
      if (setting->name == "filter") {
        m_filter = setting->how == How::value ? setting->value : std::string();
      }
      const auto macro = m_macros.find(setting->name);
      if (macro != m_macros.end() && setting->how == How::set) {
        add(macro->second);
      }
    }
  }

  const std::optional<std::string>& filter() const { return m_filter; }

private:
  const AttributeFile::Macros& m_macros;
  std::set<std::string> m_decided;
  std::optional<std::string> m_filter;
};

} // namespace

AttributeFile AttributeFile::parse(std::string_view text) {
  constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";
  constexpr std::string_view k_macro = "[attr]";
  AttributeFile file;
  if (text.substr(0, k_byte_order_mark.size()) == k_byte_order_mark) {
    text.remove_prefix(k_byte_order_mark.size());
  }
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto start = line.find_first_not_of(k_blank);
    if (line.size() >= k_longest_line || start == std::string_view::npos || line[start] == '#') {
      continue;
    }
    line.remove_prefix(start);
    auto pattern = line.front() == '"' ? take_quoted(line) : std::optional(std::string(take_word(line)));
    auto settings = settings_in(line);
    if (!pattern || pattern->empty() || !settings || pattern->front() == '!') {
      continue;
    }
    if (pattern->rfind(k_macro, 0) == 0) {
      file.m_macros[pattern->substr(k_macro.size())] = *std::move(settings);
    } else {
      file.m_lines.push_back({*std::move(pattern), *std::move(settings)});
    }
  }
  return file;
}

bool attribute_pattern_fits(std::string_view pattern, std::string_view path) {
  if (pattern.empty() || pattern.back() == '/') {
    return false;
  }
  if (pattern.find('/') == std::string_view::npos) {
    return name_fits(pattern, path.substr(path.rfind('/') + 1));
  }
  if (pattern.front() == '/') {
    pattern.remove_prefix(1);
  }
  return path_fits(components(pattern), components(path));
}

std::string filter_of(std::string_view path, const std::vector<PlacedAttributes>& files) {
  const AttributeFile::Macros none;
  Decision decision(files.empty() || !files.front().folder.empty() ? none : files.front().file->macros());
  for (auto placed = files.rbegin(); placed != files.rend(); ++placed) {
    const std::string_view below = path.substr(placed->folder.size());
    const auto& lines = placed->file->lines();
    for (auto line = lines.rbegin(); line != lines.rend() && !decision.filter(); ++line) {
      if (attribute_pattern_fits(line->pattern, below)) {
        decision.add(line->settings);
      }
    }
  }
  return decision.filter().value_or("");
}

} // namespace gate
