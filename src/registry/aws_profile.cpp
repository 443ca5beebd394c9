#include "registry/aws_profile.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "registry/aws_answer.hpp"
#include "registry/named_file.hpp"

namespace gate::registry {

namespace {

constexpr std::string_view k_blank = " \t\r\f\v";

std::string_view stripped(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(k_blank);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(k_blank) + 1 - begin);
}

/// Goes through a file line by line, with the rules of configparser's RawConfigParser.
class IniReader {
public:
  Result<std::map<std::string, AwsSection>> read(std::string_view text) {
    while (!text.empty()) {
      ++m_line;
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (Result<void> taken = take(text.substr(0, end)); !taken) {
        return Failure(taken.error());
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    keep();
    return std::move(m_sections);
  }

private:
  Failure bad(const std::string& why) const {
    return could_not_run("line " + std::to_string(m_line) + ": " + why);
  }

  Result<void> take(std::string_view line) {
    const std::string_view text = stripped(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') {
      return {};
    }
    const std::size_t indent = line.find_first_not_of(k_blank);
    if (!m_name.empty() && indent > m_indent) {
      m_value += "\n";
      m_value += text;
      return {};
    }
    keep();
    m_indent = indent;
    const std::size_t close = text.rfind(']');
    return text.front() == '[' && close != std::string_view::npos && close > 1 ? begin_section(text)
                                                                               : begin_setting(text);
  }

  Result<void> begin_section(std::string_view text) {
    const auto [section, is_new] = m_sections.try_emplace(std::string(text.substr(1, text.rfind(']') - 1)));
    if (!is_new) {
      return bad("the section [" + section->first + "] is there already");
    }
    m_section = &section->second;
    return {};
  }

  Result<void> begin_setting(std::string_view text) {
    const std::size_t sign = text.find_first_of("=:");
    if (sign == std::string_view::npos || sign == 0) {
      return bad("it is neither [SECTION] nor NAME = VALUE"); // not quoted: it may be a secret
    }
    if (m_section == nullptr) {
      return bad("a setting stands before the first [SECTION]");
    }
    m_name = lower(stripped(text.substr(0, sign)));
    m_value = stripped(text.substr(sign + 1));
    return m_section->count(m_name) == 0 ? Result<void>() : bad("its section has that setting already");
  }

  void keep() {
    if (!m_name.empty()) {
      m_section->insert_or_assign(std::exchange(m_name, {}), Secret(std::move(m_value)));
      m_value.clear();
    }
  }

  std::map<std::string, AwsSection> m_sections;
  AwsSection* m_section = nullptr;
  std::string m_name; ///< of the setting that may go on
  std::string m_value;
  std::size_t m_indent = 0;
  int m_line = 0;
};

} // namespace

Result<std::map<std::string, AwsSection>> aws_sections(std::string_view text) {
  return IniReader().read(text);
}

std::string profile_of_section(std::string_view section) {
  if (section == "default") {
    return "default";
  }
  const std::optional<std::vector<std::string>> words = shlex_words(section);
  return words && words->size() == 2 && words->front() == "profile" ? words->back() : std::string();
}

std::optional<std::vector<std::string>> shlex_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\0' && std::string_view(" \t\r\n").find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    if (quote != '\0' ? c == quote : c == '"' || c == '\'') {
      quote = quote == '\0' ? c : '\0';
    } else if (c == '\\' && quote != '\'') {
      if (++i == text.size()) {
        return std::nullopt;
      }
      // In quotes a backslash escapes the quote and itself only.
      words.back() += quote == '"' && text[i] != '"' && text[i] != '\\' ? "\\" : "";
      words.back() += text[i];
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') {
    return std::nullopt;
  }
  return words;
}

Result<AwsProfiles::File> AwsProfiles::read_one(const Environment& env, const std::string& variable,
                                                const std::string& usual, const Interrupt* interrupt) {
  const std::string named = variable_of(env, variable);
  File result;
  result.shown = named.empty() ? usual : named;
  std::string path = result.shown;
  if (path.rfind("~/", 0) == 0) {
    const std::string home = variable_of(env, "HOME");
    if (home.empty()) {
      return result;
    }
    path = home + path.substr(1);
  }
  Result<std::optional<std::string>> content = read_named_file(path, interrupt);
  if (!content) {
    return Failure(content.error());
  }
  if (!*content) {
    return result;
  }
  const Secret text(std::move(**content));
  Result<std::map<std::string, AwsSection>> sections = aws_sections(text.reveal());
  if (!sections) {
    return could_not_run("AWS's file " + result.shown + " can't be read: " + sections.error().message,
                         "mend that line, or name another file in " + variable);
  }
  result.profiles = std::move(*sections);
  return result;
}

Result<AwsProfiles> AwsProfiles::read(const Environment& env, const Interrupt* interrupt) {
  Result<File> credentials = read_one(env, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", interrupt);
  if (!credentials) {
    return Failure(credentials.error());
  }
  Result<File> config = read_one(env, "AWS_CONFIG_FILE", "~/.aws/config", interrupt);
  if (!config) {
    return Failure(config.error());
  }
  AwsProfiles result;
  result.m_credentials = std::move(*credentials);
  result.m_config.shown = config->shown;
  for (auto& [section, settings] : config->profiles) {
    if (const std::string name = profile_of_section(section); !name.empty()) {
      result.m_config.profiles.insert_or_assign(name, std::move(settings));
    }
  }
  return result;
}

bool AwsProfiles::has(const std::string& profile) const {
  return m_credentials.profiles.count(profile) + m_config.profiles.count(profile) > 0;
}

const Secret* AwsProfiles::find_in(const File& file, const std::string& profile, const std::string& setting) {
  const auto section = file.profiles.find(profile);
  if (section == file.profiles.end()) {
    return nullptr;
  }
  const auto found = section->second.find(setting);
  return found == section->second.end() || found->second.empty() ? nullptr : &found->second;
}

const Secret* AwsProfiles::find_in_credentials(const std::string& profile, const std::string& setting) const {
  return find_in(m_credentials, profile, setting);
}

const Secret* AwsProfiles::find_in_config(const std::string& profile, const std::string& setting) const {
  return find_in(m_config, profile, setting);
}

const Secret* AwsProfiles::find(const std::string& profile, const std::string& setting) const {
  const Secret* const found = find_in_credentials(profile, setting);
  return found != nullptr ? found : find_in_config(profile, setting);
}

std::string AwsProfiles::text(const std::string& profile, const std::string& setting) const {
  const Secret* const found = find(profile, setting);
  return found != nullptr ? found->reveal() : std::string();
}

std::string chosen_profile(const Environment& env) {
  for (const char* const name : {"AWS_DEFAULT_PROFILE", "AWS_PROFILE"}) {
    if (std::string value = variable_of(env, name); !value.empty()) {
      return value;
    }
  }
  return "default";
}

} // namespace gate::registry
