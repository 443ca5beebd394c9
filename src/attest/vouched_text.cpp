#include "attest/vouched_text.hpp"

namespace gate {

namespace {

constexpr std::string_view k_digits = "0123456789abcdef";
constexpr std::string_view k_escape = "\\u00";

// A principal is whatever somebody wrote into a file. Each byte for itself: this is read again here only, and nobody asks for more than that it is JSON
// where the name is ASCII.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      result += c;
    } else {
      result.append(k_escape).append(1, k_digits[byte >> 4U]).append(1, k_digits[byte & 0xfU]);
    }
  }
  return result;
}

std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto high = text.size() >= k_escape.size() + 2 && text.substr(0, k_escape.size()) == k_escape ? k_digits.find(text[k_escape.size()]) : std::string_view::npos;
    const auto low = high == std::string_view::npos ? high : k_digits.find(text[k_escape.size() + 1]);
    result += low == std::string_view::npos ? text.front() : static_cast<char>(high << 4U | low);
    text.remove_prefix(low == std::string_view::npos ? 1 : k_escape.size() + 2);
  }
  return result;
}

// What stands between the first `before` and the next quote; empty where there is none.
std::string value_behind(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) {
    return {};
  }
  const auto rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find('"')));
}

} // namespace

std::string to_line(const VouchedBy& by) {
  std::string line = R"({"terms":")" + by.terms.hex() + R"(","principal":")" + escaped(by.voucher.principal);
  line += R"(","role":")" + std::string(name_of(by.voucher.role)) + R"(","fingerprint":")" + escaped(by.voucher.fingerprint);
  return line + "\"}";
}

std::optional<VouchedBy> vouched_by_in(std::string_view line) {
  const auto terms = Digest::parse(value_behind(line, R"({"terms":")"));
  const auto role = value_behind(line, R"("role":")") == name_of(SignerRole::ci) ? SignerRole::ci : SignerRole::dev;
  if (!terms) {
    return std::nullopt;
  }
  VouchedBy by{*terms, {unescaped(value_behind(line, R"("principal":")")), role, unescaped(value_behind(line, R"("fingerprint":")"))}};
  // What gate would not write like this, byte for byte, gate did not write.
  return to_line(by) == line ? std::optional(std::move(by)) : std::nullopt;
}

} // namespace gate
