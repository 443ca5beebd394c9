#include "policy/secrets.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

#include "base/ascii.hpp"
#include "base/base64.hpp"

namespace gate {

namespace {

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_token = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

bool is_word(char c) { return c == '_' || k_base62.find(c) != std::string_view::npos; }

bool begins_word(std::string_view content, std::size_t at) { return at == 0 || !is_word(content[at - 1]); }

/// As much of `text` as is of these characters, up to `max`.
std::string_view run_of(std::string_view text, std::string_view characters, std::size_t max) {
  text = text.substr(0, max);
  return text.substr(0, text.find_first_not_of(characters));
}

std::size_t variety(std::string_view text) {
  std::bitset<256> seen;
  for (const char c : text) {
    seen.set(static_cast<unsigned char>(c));
  }
  return seen.count();
}

// "ABCDEFGH", "12345678".
bool counts_up(std::string_view text) {
  constexpr unsigned k_long = 8;
  unsigned length = 1;
  for (std::size_t i = 1; i < text.size() && length < k_long; ++i) {
    length = text[i] == text[i - 1] + 1 ? length + 1 : 1;
  }
  return length >= k_long;
}

/// What stands in a manual, or in the place of a secret.
bool is_filler(std::string_view text, std::size_t least_variety) {
  constexpr std::array<std::string_view, 5> k_words = {"example", "xxxxx", "placeholder", "changeme", "dummy"};
  const std::string small = lower(text);
  return variety(text) < least_variety || counts_up(text) ||
         std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) { return small.find(word) != std::string::npos; });
}

// CRC-32 of ISO 3309, as zlib has it.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
  }
  return ~crc;
}

/// Are the last six characters the CRC-32 of those before, in base 62?
bool has_checksum(std::string_view token) {
  constexpr std::size_t k_length = 6;
  std::uint32_t crc = crc32(token.substr(0, token.size() - k_length));
  std::string expected(k_length, '0');
  for (std::size_t i = k_length; i-- > 0; crc /= 62) {
    expected[i] = k_base62[crc % 62];
  }
  return token.substr(token.size() - k_length) == expected;
}

// Each of the next takes what follows its anchor, `text`, and says whether it is a secret.

bool is_access_key(std::string_view text) {
  const auto id = run_of(text, k_base62, 17);
  return id.size() == 16 && (text.size() == 16 || !is_word(text[16])) &&
         id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string_view::npos && !is_filler(id, 6);
}

// After "secret": "_access_key", "AccessKey" and the like, an '=' or ':', and 40 characters.
bool is_secret_access_key(std::string_view text) {
  for (const std::string_view part : {"access", "key"}) {
    text.remove_prefix(!text.empty() && (text.front() == '_' || text.front() == '-') ? 1 : 0);
    if (lower(text.substr(0, part.size())) != part) {
      return false;
    }
    text.remove_prefix(part.size());
  }
  const auto between = run_of(text, " \t\"'=:>\\", 16);
  if (between.find_first_of("=:") == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(between.size());
  const auto value = run_of(text, k_base64, 41);
  const bool ends = text.size() == 40 || (text.size() > 40 && text[40] != '=' && text[40] != '_');
  return value.size() == 40 && ends && value.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos &&
         value.find_first_of(k_digits) != std::string_view::npos && !is_filler(value, 12);
}

// "\n" may be written out, as in JSON, and lines may be quoted.
std::string_view without_breaks(std::string_view text) {
  while (!text.empty()) {
    if (text.size() > 1 && text[0] == '\\' && (text[1] == 'n' || text[1] == 'r')) {
      text.remove_prefix(2);
    } else if (std::string_view(" \t\r\n\"'+,;").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else {
      break;
    }
  }
  return text;
}

// RFC 1421's and OpenPGP's headers: "Proc-Type: 4,ENCRYPTED".
std::string_view without_headers(std::string_view text) {
  constexpr std::size_t k_max_line = 200;
  for (int line = 0; line < 6; ++line) {
    const auto name = run_of(text, k_token, 40);
    if (name.empty() || name.size() == text.size() || text[name.size()] != ':') {
      break;
    }
    const std::size_t end = std::min(text.substr(0, k_max_line).find('\n'), text.substr(0, k_max_line).find("\\n"));
    if (end == std::string_view::npos) {
      break;
    }
    text = without_breaks(text.substr(end));
  }
  return text;
}

// After "-----BEGIN ": a private key's label, and a body that is one. A line of it has 64 characters, or up to 76.
bool is_private_key(std::string_view text) {
  constexpr std::size_t k_max_label = 60;
  constexpr std::size_t k_least_line = 40;
  constexpr std::size_t k_least_body = 60;
  const std::string_view label = text.substr(0, std::min(text.substr(0, k_max_label).find("-----"), text.size()));
  const bool is_private = label.size() <= k_max_label && label.find("PRIVATE KEY") != std::string_view::npos &&
                          label.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == std::string_view::npos;
  if (!is_private || text.substr(label.size(), 5) != "-----") {
    return false;
  }
  text = without_headers(without_breaks(text.substr(label.size() + 5, 4096)));
  std::string body;
  while (body.size() < 2 * k_least_body) {
    const auto line = run_of(text, k_base64, 4096);
    if (line.empty() || (body.empty() && line.size() < k_least_line)) {
      break;
    }
    body += line;
    text = without_breaks(text.substr(line.size()));
  }
  return body.size() >= k_least_body && !is_filler(body, 20);
}

// After "ghp", "gho" and so on, or "npm": "_", and 36 characters; GitHub's refresh tokens have 76.
bool is_checked_token(std::string_view text) {
  const auto token = run_of(text, k_base62, 77);
  return (token.size() == 36 || token.size() == 76) && (token.size() == text.size() || !is_word(text[token.size()])) && has_checksum(token) &&
         !is_filler(token, 8);
}

// After "github_pat_": 22 characters, "_", and 59.
bool is_fine_grained_token(std::string_view text) {
  const auto token = run_of(text, k_token, 83);
  return token.size() == 82 && token.find_first_of("_-") == 22 && token.find_first_of("_-", 23) == std::string_view::npos && !is_filler(token, 15);
}

template <std::size_t least, std::size_t most> bool is_plain_token(std::string_view text) {
  constexpr std::string_view k_big = k_base62.substr(10, 26);
  constexpr std::string_view k_small = k_base62.substr(36);
  const auto token = run_of(text, k_token, most + 1);
  return token.size() >= least && token.size() <= most && token.find_first_of(k_big) != std::string_view::npos &&
         token.find_first_of(k_small) != std::string_view::npos && !is_filler(token, 9);
}

/// Takes a UUID off the front.
bool take_uuid(std::string_view& text) {
  constexpr std::string_view k_form = "########-####-####-####-############";
  if (text.size() < k_form.size()) {
    return false;
  }
  for (std::size_t i = 0; i < k_form.size(); ++i) {
    const bool is_right = k_form[i] == '-' ? text[i] == '-' : std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (!is_right) {
      return false;
    }
  }
  const bool is_real = variety(text.substr(0, k_form.size())) > 5;
  text.remove_prefix(k_form.size());
  return is_real;
}

bool take(std::string_view& text, std::string_view word) {
  const bool begins = text.substr(0, word.size()) == word;
  text.remove_prefix(begins ? word.size() : 0);
  return begins;
}

// After "hub.docker.com".
bool is_build_trigger(std::string_view text) {
  return take(text, "/api/build/v1/source/") && take_uuid(text) && take(text, "/trigger/") && take_uuid(text) && take(text, "/call");
}

// After "\"auth\"": a colon, and a quoted USER:PASSWORD in base 64 (docker's config.json).
bool is_registry_login(std::string_view text) {
  constexpr std::size_t k_max = 4096;
  const auto blanks = [&text] { text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size())); };
  blanks();
  if (!take(text, ":")) {
    return false;
  }
  blanks();
  const std::size_t end = text.substr(0, k_max).find('"', 1);
  if (text.empty() || text.front() != '"' || end == std::string_view::npos || end % 4 != 1) {
    return false;
  }
  const auto login = from_base64(text.substr(1, end - 1));
  const std::size_t colon = login ? login->find(':') : std::string::npos;
  if (colon == std::string::npos || colon == 0) {
    return false;
  }
  const std::string password = login->substr(colon + 1);
  const bool is_text = std::all_of(login->begin(), login->end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  const std::string small = lower(password);
  return is_text && password.size() >= 4 && small.find("password") == std::string::npos && small != "secret" && small != "token" && small != "pass" &&
         !is_filler(password, 3);
}

struct Detector {
  std::string_view anchor;
  bool needs_word_start;
  bool (*is_secret)(std::string_view after);
  const char* kind;
};

constexpr std::array k_detectors = {
    Detector{"AKIA", true, is_access_key, "AWS access key"},
    Detector{"ASIA", true, is_access_key, "AWS access key"},
    Detector{"ecret", false, is_secret_access_key, "AWS secret access key"},
    Detector{"ECRET", false, is_secret_access_key, "AWS secret access key"},
    Detector{"-----BEGIN ", false, is_private_key, "private key"},
    Detector{"ghp_", true, is_checked_token, "GitHub token"},
    Detector{"gho_", true, is_checked_token, "GitHub token"},
    Detector{"ghu_", true, is_checked_token, "GitHub token"},
    Detector{"ghs_", true, is_checked_token, "GitHub token"},
    Detector{"ghr_", true, is_checked_token, "GitHub token"},
    Detector{"github_pat_", true, is_fine_grained_token, "GitHub token"},
    Detector{"glpat-", true, is_plain_token<20, 300>, "GitLab token"},
    Detector{"dckr_pat_", true, is_plain_token<27, 40>, "Docker Hub token"},
    Detector{"dckr_oat_", true, is_plain_token<27, 64>, "Docker Hub token"},
    Detector{"npm_", true, is_checked_token, "npm token"},
    Detector{"pypi-AgEIcHlwaS5vcmc", true, is_plain_token<50, 1000>, "PyPI token"},
    Detector{"pypi-AgENdGVzdC5weXBpLm9yZw", true, is_plain_token<50, 1000>, "PyPI token"},
    Detector{"hub.docker.com", false, is_build_trigger, "Docker Hub build trigger"},
    Detector{"\"auth\"", false, is_registry_login, "registry login"},
};

struct Hit {
  std::size_t at;
  const char* kind;
};

} // namespace

std::vector<SecretFind> find_secrets(std::string_view content) {
  std::vector<Hit> hits;
  for (const auto& detector : k_detectors) {
    const std::string_view anchor = detector.anchor;
    for (std::size_t at = content.find(anchor); at != std::string_view::npos; at = content.find(anchor, at + anchor.size())) {
      const bool may_begin = !detector.needs_word_start || begins_word(content, at);
      if (may_begin && detector.is_secret(content.substr(at + anchor.size()))) {
        hits.push_back({at, detector.kind});
      }
    }
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.at < b.at; });
  std::vector<SecretFind> found;
  unsigned line = 1;
  std::size_t counted = 0;
  for (const auto& hit : hits) {
    line += static_cast<unsigned>(
        std::count(content.begin() + static_cast<std::ptrdiff_t>(counted), content.begin() + static_cast<std::ptrdiff_t>(hit.at), '\n'));
    counted = hit.at;
    SecretFind find{line, hit.kind};
    // The finds of one line are the last ones.
    const auto is_known = [&] {
      for (auto known = found.rbegin(); known != found.rend() && known->line == line; ++known) {
        if (*known == find) {
          return true;
        }
      }
      return false;
    };
    if (!is_known()) {
      found.push_back(std::move(find));
    }
  }
  return found;
}

} // namespace gate
