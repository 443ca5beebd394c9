#include "engine/compose_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>


namespace gate {

namespace {

constexpr double k_billion = 1e9;

/// Takes a number without a sign off the front of the text.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, number, std::chars_format::fixed);
  if (size == 0 || error != std::errc() || end != text.data() + size) {
    return std::nullopt;
  }
  text.remove_prefix(size);
  return number;
}

std::optional<std::int64_t> whole(double number) {
  constexpr double k_most = 9e18;
  return number >= 0 && number < k_most ? std::optional<std::int64_t>(static_cast<std::int64_t>(number)) : std::nullopt;
}

char lowered(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// One pass of shlex over a text.
class Words {
public:
  bool read(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (m_quote == '\'' ? c != '\'' : m_quote == '"' && c != '"' && c != '\\') {
        m_word += c;
      } else if (c == '\\' && m_quote != '\'') {
        if (++i == text.size()) {
          return false;
        }
        // Between double quotes a backslash stands for itself before anything but these two.
        m_word += m_quote == '"' && text[i] != '"' && text[i] != '\\' ? std::string("\\") + text[i] : std::string(1, text[i]);
        m_open = true;
      } else if (c == '\'' || c == '"') {
        m_quote = m_quote == '\0' ? c : '\0';
        m_open = true;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        end_word();
      } else {
        m_word += c;
        m_open = true;
      }
    }
    end_word();
    return m_quote == '\0';
  }
  std::vector<std::string> words() && { return std::move(m_words); }

private:
  void end_word() {
    if (m_open) {
      m_words.push_back(m_word);
    }
    m_word.clear();
    m_open = false;
  }

  std::vector<std::string> m_words;
  std::string m_word;
  char m_quote = '\0';
  bool m_open = false;
};

} // namespace

std::optional<std::string> plain_text(const Json& value) {
  if (value.is_number_integer()) {
    return value.dump();
  }
  if (!value.is_string()) {
    return std::nullopt;
  }
  std::string result;
  const std::string& text = value.get_ref<const std::string&>();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && (++i == text.size() || text[i] != '$')) {
      return std::nullopt;
    }
    result += text[i];
  }
  return result;
}

std::optional<std::vector<std::string>> plain_texts(const Json& value) {
  std::vector<std::string> texts;
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    std::optional<std::string> text = plain_text(item);
    if (!text) {
      return std::nullopt;
    }
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  Words words;
  return words.read(text) ? std::optional(std::move(words).words()) : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(const Json& value) {
  if (value.is_number_integer()) {
    return whole(value.get<double>());
  }
  const std::string held = text_of(value);
  std::string_view text = held;
  const std::optional<double> number = take_number(text);
  if (!number) {
    return std::nullopt;
  }
  if (text.size() == 2 && lowered(text[1]) == 'b') {
    text.remove_suffix(1);
  }
  constexpr std::string_view k_units = "bkmgt";
  const std::size_t unit = text.empty() ? 0 : k_units.find(lowered(text[0]));
  if (text.size() > 1 || unit == std::string_view::npos) {
    return std::nullopt;
  }
  return whole(std::ldexp(*number, static_cast<int>(10 * unit)));
}

std::optional<std::int64_t> parse_nanoseconds(std::string_view text) {
  struct Unit {
    std::string_view name;
    double nanoseconds;
  };
  // The longer names first: "ms" is no "m".
  constexpr std::array k_units{Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};
  double sum = 0;
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    const std::optional<double> number = take_number(text);
    const auto* const unit = std::find_if(k_units.begin(), k_units.end(), [&](const Unit& it) { return text.substr(0, it.name.size()) == it.name; });
    if (!number || unit == k_units.end()) {
      return std::nullopt;
    }
    text.remove_prefix(unit->name.size());
    sum += *number * unit->nanoseconds;
  }
  return whole(sum);
}

std::optional<std::int64_t> parse_cores(const Json& value) {
  if (value.is_number()) {
    return whole(value.get<double>() * k_billion);
  }
  const std::string held = text_of(value);
  std::string_view text = held;
  const std::optional<double> number = take_number(text);
  return number && text.empty() ? whole(*number * k_billion) : std::nullopt;
}

bool has_only(const Json& object, std::initializer_list<std::string_view> keys) {
  const auto items = map_of(object).items();
  return (object.is_null() || object.is_object()) && std::all_of(items.begin(), items.end(), [&](const auto& item) {
           return item.value().is_null() || item.key().rfind("x-", 0) == 0 || std::find(keys.begin(), keys.end(), item.key()) != keys.end();
         });
}

std::optional<Json> parse_healthcheck(const Json& value) {
  if (!has_only(value, {"test", "interval", "timeout", "start_period", "retries", "disable"})) {
    return std::nullopt;
  }
  Json check = Json::object();
  if (const Json& test = member(value, "test"); is_true(member(value, "disable"))) {
    check["Test"] = {"NONE"};
  } else if (!test.is_null()) {
    const std::optional<std::vector<std::string>> words = plain_texts(test);
    if (!words || words->empty()) {
      return std::nullopt;
    }
    check["Test"] = test.is_array() ? Json(*words) : Json{"CMD-SHELL", words->front()};
  }
  for (const auto& [key, field] : {std::pair{"interval", "Interval"}, std::pair{"timeout", "Timeout"}, std::pair{"start_period", "StartPeriod"}}) {
    if (const Json& time = member(value, key); !time.is_null()) {
      const std::optional<std::int64_t> nanoseconds = parse_nanoseconds(text_of(time));
      if (!nanoseconds) {
        return std::nullopt;
      }
      check[field] = *nanoseconds;
    }
  }
  const Json& retries = member(value, "retries");
  if (retries.is_number_integer()) {
    check["Retries"] = retries;
  }
  return retries.is_null() || retries.is_number_integer() ? std::optional(check) : std::nullopt;
}

} // namespace gate
