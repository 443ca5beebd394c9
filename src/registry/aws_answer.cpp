#include "registry/aws_answer.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/shell_word.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes parts off the front of a time.
class TimeText {
public:
  explicit TimeText(std::string_view text) : m_rest(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (m_rest.empty() || !is_digit(m_rest.front())) {
        m_bad = true;
        return 0;
      }
      value = value * 10 + (m_rest.front() - '0');
      m_rest.remove_prefix(1);
    }
    return value;
  }

  char one_of(std::string_view characters) {
    if (m_rest.empty() || characters.find(m_rest.front()) == std::string_view::npos) {
      m_bad = true;
      return '\0';
    }
    const char c = m_rest.front();
    m_rest.remove_prefix(1);
    return c;
  }

  void skip_fraction() {
    if (!m_rest.empty() && m_rest.front() == '.') {
      m_rest.remove_prefix(1);
      number(1);
      while (!m_rest.empty() && is_digit(m_rest.front())) {
        m_rest.remove_prefix(1);
      }
    }
  }

  bool is_whole() const { return !m_bad && m_rest.empty(); }

private:
  std::string_view m_rest;
  bool m_bad = false;
};

} // namespace

std::optional<std::chrono::system_clock::time_point> aws_time(std::string_view text) {
  TimeText reader(text);
  std::tm parts{};
  parts.tm_year = reader.number(4) - 1900;
  reader.one_of("-");
  parts.tm_mon = reader.number(2) - 1;
  reader.one_of("-");
  parts.tm_mday = reader.number(2);
  reader.one_of("Tt ");
  parts.tm_hour = reader.number(2);
  reader.one_of(":");
  parts.tm_min = reader.number(2);
  reader.one_of(":");
  parts.tm_sec = reader.number(2);
  reader.skip_fraction();
  std::chrono::minutes offset{0};
  if (const char sign = reader.one_of("Zz+-"); sign == '+' || sign == '-') {
    offset = std::chrono::hours(reader.number(2));
    reader.one_of(":");
    offset += std::chrono::minutes(reader.number(2));
    offset = sign == '-' ? -offset : offset;
  }
  const bool in_range = parts.tm_mon >= 0 && parts.tm_mon < 12 && parts.tm_mday >= 1 && parts.tm_mday <= 31 &&
                        parts.tm_hour < 24 && parts.tm_min < 60 && parts.tm_sec <= 60;
  if (!reader.is_whole() || !in_range) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&parts)) - offset;
}

bool is_visible_ascii(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool are_whole(const AwsKeys& keys) {
  return is_visible_ascii(keys.id) && is_visible_ascii(keys.secret.reveal()) &&
         (keys.session_token.empty() || is_visible_ascii(keys.session_token.reveal()));
}

std::optional<AwsCredentials> credentials_in_json(std::string_view text, const std::string& token) {
  const SecretJson json(text);
  AwsCredentials result;
  result.keys = {text_of(member(json.get(), "AccessKeyId")),
                 Secret(text_of(member(json.get(), "SecretAccessKey"))),
                 Secret(text_of(member(json.get(), token)))};
  result.expires = aws_time(text_of(member(json.get(), "Expiration")));
  if (!are_whole(result.keys)) {
    return std::nullopt;
  }
  return result;
}

std::string aws_export_command(const std::string& profile) {
  const std::string choice = profile.empty() ? "" : " --profile " + shell_word(profile);
  return "eval \"$(aws configure export-credentials" + choice + " --format env)\"";
}

std::string variable_of(const Environment& env, std::string_view name) {
  return value_of(env, name).value_or("");
}

} // namespace gate::registry
