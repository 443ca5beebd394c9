#include "cli/signing_key.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_patience{10};

// Like git's (path.c, interpolate_path), for one's own home.
std::string with_home(const std::string& path, const Environment& environment) {
  const auto home = path.rfind("~/", 0) == 0 ? value_of(environment, "HOME") : std::nullopt;
  return home ? *home + path.substr(1) : path;
}

Result<SigningKey> key_of_variable(const std::string& value, const Environment& environment) {
  constexpr std::string_view k_fd = "fd:";
  const std::string name = k_signing_key_variable;
  const auto wrong = [&](const std::string& why) { return fail(ErrorKind::usage, name + " " + why, "give the name of a file with an ed25519 key in PEM, or fd:N"); };
  // Never shown: whoever does that has given the secret itself.
  if (value.find_first_of("\r\n") != std::string::npos || value.find("PRIVATE KEY") != std::string::npos) {
    return wrong("holds a key, where every program can read it");
  }
  if (value.rfind(k_fd, 0) != 0) {
    return SigningKey(PemKey{std::filesystem::path(with_home(value, environment))});
  }
  constexpr int k_first = 3;
  const std::string_view digits = std::string_view(value).substr(k_fd.size());
  int fd = -1;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), fd);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || fd < k_first) {
    return wrong("names no file descriptor from 3 on: " + value);
  }
  return SigningKey(PemKey{fd});
}

// git-config(1), --null: "<name> LF <value> NUL", or only the name. Of several the last one counts.
std::map<std::string, std::string> settings_in(std::string_view out) {
  std::map<std::string, std::string> settings;
  while (!out.empty()) {
    const auto entry = out.substr(0, out.find('\0'));
    out.remove_prefix(std::min(entry.size() + 1, out.size()));
    const auto feed = entry.find('\n');
    settings[lower(entry.substr(0, feed))] = feed == std::string_view::npos ? std::string() : std::string(entry.substr(feed + 1));
  }
  return settings;
}

// As git takes a command apart (alias.c, split_cmdline). Empty: a quotation mark is missing.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  char quote = '\0';
  bool in_word = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (quote == '\0' && is_blank) {
      in_word = false;
      continue;
    }
    if (!std::exchange(in_word, true)) {
      words.emplace_back();
    }
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else {
      const bool is_escape = c == '\\' && quote != '\'' && i + 1 < line.size();
      words.back() += is_escape ? line[++i] : c;
    }
  }
  return quote == '\0' ? words : std::vector<std::string>();
}

bool is_literal(std::string_view key) { return key.rfind("key::", 0) == 0 || key.rfind("ssh-", 0) == 0; }

// What it prints first, if it is a key (git-config(1), gpg.ssh.defaultKeyCommand). One that gives none, an agent without keys for one, is no error.
Result<std::string> default_key(const std::string& line, const Environment& environment) {
  auto words = words_of(line);
  if (words.empty()) {
    return std::string();
  }
  words.front() = with_home(words.front(), environment);
  const CommandLimits limits{std::chrono::steady_clock::now() + k_patience, nullptr, {}};
  const auto told = run_captured({std::move(words), environment, {}}, limits);
  if (!told) {
    return told.error().kind == ErrorKind::interrupted ? Result<std::string>(Failure(told.error())) : std::string();
  }
  const std::string first = told->end.ok() ? told->out.substr(0, told->out.find('\n')) : std::string();
  return is_literal(first) ? first : std::string();
}

} // namespace

Result<SigningKey> signing_key_of(const Invocation& invocation, const Environment& environment) {
  if (const auto value = value_of(invocation.env, k_signing_key_variable); value && !value->empty()) {
    return key_of_variable(*value, invocation.env);
  }
  const CommandLimits limits{std::chrono::steady_clock::now() + k_patience, nullptr, {}};
  const auto asked = run_captured({{"git", "config", "--null", "--get-regexp", R"(^(gpg\.format|user\.signingkey|gpg\.ssh\.(program|defaultkeycommand))$)"}, environment, {}}, limits);
  if (!asked) {
    return Failure(asked.error());
  }
  auto settings = settings_in(asked->out);
  if (!asked->end.ok() || settings["gpg.format"] != "ssh") {
    return SigningKey();
  }
  std::string key = settings["user.signingkey"];
  if (key.empty()) {
    auto given = default_key(settings["gpg.ssh.defaultkeycommand"], environment);
    if (!given) {
      return Failure(given.error());
    }
    key = *std::move(given);
  }
  if (key.empty()) {
    return SigningKey();
  }
  const std::string program = with_home(settings["gpg.ssh.program"], environment);
  return SigningKey(SshKey{is_literal(key) ? key : with_home(key, environment), program.empty() ? "ssh-keygen" : program});
}

} // namespace gate
