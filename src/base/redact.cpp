#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/ascii.hpp"

namespace gate {

namespace {

/// So much of a longer secret is told from words that merely begin alike; "authentication" has 14 letters.
constexpr std::size_t k_telling = 16;
constexpr std::string_view k_standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Without padding: with it, it is found as well.
Secret base64(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4); // at once: growing would leave copies behind
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t size = std::min<std::size_t>(bytes.size() - i, 3);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < size ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j <= size; ++j) {
      text += alphabet[group >> (18U - 6U * j) & 0x3fU];
    }
  }
  return Secret(std::move(text));
}

std::optional<unsigned> hex_value(std::string_view digits) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  unsigned value = 0;
  for (const char c : digits) {
    const std::size_t digit = k_digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    value = value << 4U | static_cast<unsigned>(digit);
  }
  return value;
}

/// How many characters at the beginning of the text stand for this byte in an encoding; 0 when none do.
std::size_t encoded_size(std::string_view text, char byte) {
  const auto is_hex = [&](std::size_t at, std::size_t size) {
    return text.size() >= at + size && hex_value(text.substr(at, size)) == static_cast<unsigned char>(byte);
  };
  if (text.front() == '%' && is_hex(1, 2)) {
    return 3;
  }
  if (text.front() == '\\' && text.size() > 1 && text[1] == byte && (byte == '"' || byte == '\\' || byte == '/')) {
    return 2;
  }
  if (text.substr(0, 2) == "\\u" && is_hex(2, 4)) {
    return 6;
  }
  return text.front() == byte || (text.front() == '+' && byte == ' ') ? 1 : 0;
}

std::size_t plain_size(std::string_view text, std::string_view secret) {
  const auto [end, unused] = std::mismatch(text.begin(), text.end(), secret.begin(), secret.end());
  return static_cast<std::size_t>(end - text.begin());
}

/// How much at the beginning of the text gives the secret away.
std::size_t leak_size(std::string_view text, std::string_view secret) {
  const std::size_t plain = plain_size(text, secret);
  std::size_t size = 0;
  std::size_t bytes = 0;
  while (bytes < secret.size() && size < text.size()) {
    const std::size_t next = encoded_size(text.substr(size), secret[bytes]);
    if (next == 0) {
      break;
    }
    size += next;
    ++bytes;
  }
  const auto gives_away = [&](std::size_t found) { return found == secret.size() || found >= k_telling; };
  return std::max(gives_away(plain) ? plain : 0, gives_away(bytes) ? size : 0);
}

/// Where what follows a scheme of HTTP's at the beginning of the text begins and ends, if it can only be a login (RFC
/// 7235's token68).
std::optional<std::pair<std::size_t, std::size_t>> login_in(std::string_view text) {
  constexpr std::array<std::string_view, 2> k_schemes{"basic", "bearer"};
  constexpr std::array<std::string_view, 3> k_blanks{" ", "%20", "+"};
  constexpr std::string_view k_token =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=%";
  for (const std::string_view scheme : k_schemes) {
    if (lower(text.substr(0, scheme.size())) != scheme) {
      continue;
    }
    std::size_t begin = scheme.size();
    for (const std::string_view blank : k_blanks) {
      while (text.substr(begin, blank.size()) == blank) {
        begin += blank.size();
      }
    }
    const std::size_t end = std::min(text.find_first_not_of(k_token, begin), text.size());
    if (begin > scheme.size() && end - begin >= k_telling) {
      return std::pair(begin, end);
    }
  }
  return std::nullopt;
}

} // namespace

void Redactor::add_spelling(Secret spelling) {
  const auto is_it = [&](const Secret& known) { return known.reveal() == spelling.reveal(); };
  if (!spelling.empty() && std::none_of(m_spellings.begin(), m_spellings.end(), is_it)) {
    m_spellings.push_back(std::move(spelling));
  }
}

void Redactor::add(std::string_view secret) {
  add_spelling(Secret(std::string(secret)));
  add_spelling(base64(secret, k_standard));
  add_spelling(base64(secret, k_for_urls));
}

void Redactor::add_login(std::string_view user, std::string_view password) {
  add(password);
  const Secret pair(std::string(user) + ":" + std::string(password));
  add_spelling(base64(pair.reveal(), k_standard));
  add_spelling(base64(pair.reveal(), k_for_urls));
}

std::string Redactor::redacted(std::string_view text) const {
  std::vector<bool> hidden(text.size());
  const auto hide = [&](std::size_t begin, std::size_t end) {
    std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(begin), hidden.begin() + static_cast<std::ptrdiff_t>(end), true);
  };
  for (const Secret& spelling : m_spellings) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = leak_size(text.substr(at), spelling.reveal());
      hide(at, at + size);
      at += std::max<std::size_t>(size, 1);
    }
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != 'b' && text[at] != 'B') {
      continue;
    }
    if (const auto login = login_in(text.substr(at))) {
      hide(at + login->first, at + login->second);
      at += login->second - 1;
    }
  }
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!hidden[at]) {
      result += text[at];
    } else if (at == 0 || !hidden[at - 1]) {
      result += "***";
    }
  }
  return result;
}

} // namespace gate
