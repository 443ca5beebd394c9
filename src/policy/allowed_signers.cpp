#include "policy/allowed_signers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"
#include "policy/verdict_trust.hpp"

namespace gate {

namespace {

constexpr unsigned k_max_lines = 10000;
constexpr std::string_view k_blanks = " \t";

/// The types of keys that OpenSSH 9 signs with (ssh-keygen(1), -Y sign).
constexpr std::array<std::string_view, 8> k_key_types = {
    "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss"};

bool is_key_type(std::string_view word) { return std::find(k_key_types.begin(), k_key_types.end(), word) != k_key_types.end(); }

// * and ?, in time of the product of both lengths at most.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool fits_list(const std::vector<std::string>& patterns, std::string_view text) {
  const auto excludes = [&](const std::string& p) { return !p.empty() && p.front() == '!' && fits(std::string_view(p).substr(1), text); };
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return fits(p, text); }) &&
         std::none_of(patterns.begin(), patterns.end(), excludes);
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) {
      return parts;
    }
    list.remove_prefix(comma + 1);
  }
}

/// Takes words off the front of a line; quotes keep blanks and commas together.
class Words {
public:
  explicit Words(std::string_view line) : m_rest(line) { skip_blanks(); }

  bool at_end() const { return m_rest.empty(); }
  std::string_view peek() const { return m_rest.substr(0, m_rest.find_first_of(k_blanks)); }
  bool at_quote() const { return !m_rest.empty() && m_rest.front() == '"'; }

  std::string_view take() { return take_bytes(peek().size()); }

  /// What stands between quotes; nothing when they don't end.
  std::optional<std::string_view> take_quoted() {
    const std::size_t end = m_rest.find('"', 1);
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view word = m_rest.substr(1, end - 1);
    take_bytes(end + 1);
    return word;
  }

  /// Options: up to a blank outside of quotes. Nothing when quotes don't end.
  std::optional<std::string_view> take_options() {
    bool in_quotes = false;
    std::size_t end = 0;
    for (; end < m_rest.size(); ++end) {
      const bool is_escaped = end > 0 && m_rest[end - 1] == '\\';
      in_quotes = m_rest[end] == '"' && !is_escaped ? !in_quotes : in_quotes;
      if (!in_quotes && k_blanks.find(m_rest[end]) != std::string_view::npos) {
        break;
      }
    }
    return in_quotes ? std::nullopt : std::optional(take_bytes(end));
  }

private:
  std::string_view take_bytes(std::size_t size) {
    const std::string_view word = m_rest.substr(0, size);
    m_rest.remove_prefix(size);
    skip_blanks();
    return word;
  }
  void skip_blanks() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(k_blanks), m_rest.size())); }

  std::string_view m_rest;
};

// YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, and a Z for UTC.
bool is_time(std::string_view text) {
  if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) {
    text.remove_suffix(1);
  }
  const bool is_long_enough = text.size() == 8 || text.size() == 12 || text.size() == 14;
  return is_long_enough && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Gives what is wrong with the option, or nothing. Names are read whatever their case.
std::optional<std::string> read_option(AllowedSigner& signer, std::string_view option) {
  const std::size_t equals = option.find('=');
  const std::string name = lower(option.substr(0, equals));
  if (name == "cert-authority" && equals == std::string_view::npos) {
    signer.is_authority = true;
    return std::nullopt;
  }
  if (name != "namespaces" && name != "valid-after" && name != "valid-before") {
    return "there is no option \"" + name + "\"";
  }
  std::string_view value = equals == std::string_view::npos ? std::string_view() : option.substr(equals + 1);
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
    return "the value of \"" + name + "\" must stand in double quotes";
  }
  value = value.substr(1, value.size() - 2);
  if (name == "namespaces") {
    signer.namespaces = split(value);
    return std::nullopt;
  }
  if (!is_time(value)) {
    return "\"" + name + "\" is no time like 20260131 or 20260131235959Z";
  }
  (name == "valid-after" ? signer.valid_after : signer.valid_before) = value;
  return std::nullopt;
}

std::optional<std::string> read_options(AllowedSigner& signer, std::string_view options) {
  bool in_quotes = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= options.size(); ++at) {
    if (at < options.size() && options[at] == '"') {
      in_quotes = !in_quotes;
    }
    if (at == options.size() || (options[at] == ',' && !in_quotes)) {
      if (auto wrong = read_option(signer, options.substr(begin, at - begin))) {
        return wrong;
      }
      begin = at + 1;
    }
  }
  return std::nullopt;
}

// The first bytes of a key say its type once more: four bytes of length, and the name (RFC 4253, 6.6).
bool holds_key_of(std::string_view key, std::string_view type) {
  constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t end = std::min(key.find_last_not_of('=') + 1, key.size());
  if (key.size() % 4 != 0 || key.size() - end > 2) {
    return false;
  }
  std::string bytes;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char c : key.substr(0, end)) {
    const std::size_t digit = k_digits.find(c);
    if (digit == std::string_view::npos) {
      return false;
    }
    buffer = (buffer << 6U | static_cast<unsigned>(digit)) & 0xffffU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(buffer >> bits & 0xffU);
    }
  }
  const std::string start = std::string(3, '\0') + static_cast<char>(type.size()) + std::string(type);
  return bytes.size() > start.size() && bytes.compare(0, start.size(), start) == 0;
}

/// Gives what is wrong with the line, or nothing.
std::optional<std::string> read_line(AllowedSigner& signer, std::string_view line) {
  Words words(line);
  const auto principals = words.at_quote() ? words.take_quoted() : std::optional(words.take());
  if (!principals) {
    return "the quotes round the principals don't end";
  }
  if (principals->empty()) {
    return "there is no principal";
  }
  signer.principals = split(*principals);
  if (!words.at_end() && !is_key_type(words.peek())) {
    const auto options = words.take_options();
    if (!options) {
      return "the quotes in the options don't end";
    }
    if (words.at_end()) {
      return "there is no key after the principals";
    }
    if (auto wrong = read_options(signer, *options)) {
      return wrong;
    }
  }
  signer.key_type = words.take();
  if (!is_key_type(signer.key_type)) {
    return "there is no type of key like ssh-ed25519 before the key";
  }
  signer.key = words.take();
  if (!holds_key_of(signer.key, signer.key_type)) {
    return "this is no key of the type " + signer.key_type;
  }
  return std::nullopt;
}

} // namespace

bool AllowedSigner::knows(std::string_view principal) const { return fits_list(principals, principal); }

bool AllowedSigner::signs_for_git() const { return namespaces.empty() || fits_list(namespaces, "git"); }

bool AllowedSigner::names(std::string_view name_space) const {
  return std::find(namespaces.begin(), namespaces.end(), name_space) != namespaces.end() && fits_list(namespaces, name_space);
}

bool AllowedSigners::knows(std::string_view principal) const {
  return std::any_of(signers.begin(), signers.end(), [&](const AllowedSigner& s) { return s.signs_for_git() && s.knows(principal); });
}

AllowedSigners parse_allowed_signers(std::string_view text, const std::string& name) {
  constexpr const char* k_form = "a line is: PRINCIPALS [OPTIONS] TYPE KEY, see ssh-keygen(1), ALLOWED SIGNERS";
  AllowedSigners found;
  for (unsigned number = 1; !text.empty(); ++number) {
    if (number > k_max_lines) {
      found.problems.push_back({{name, number, 1}, "there are more than " + std::to_string(k_max_lines) + " lines", "name fewer signers"});
      break;
    }
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    line.remove_prefix(std::min(line.find_first_not_of(k_blanks), line.size()));
    if (line.empty() || line.front() == '#') {
      continue;
    }
    AllowedSigner signer;
    signer.line = number;
    if (auto wrong = read_line(signer, line)) {
      found.problems.push_back({{name, number, 1}, std::move(*wrong), k_form});
      continue;
    }
    if (!signer.signs_for_git() && !signer.names(k_verdict_namespace)) {
      found.problems.push_back({{name, number, 1}, "this key never signs a commit: its namespaces leave git out", "add namespaces=\"git\""});
    }
    found.signers.push_back(std::move(signer));
  }
  return found;
}

} // namespace gate
