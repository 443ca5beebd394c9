#include "policy/verdict_trust.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/base64.hpp"

namespace gate {

namespace {

using Moment = std::chrono::system_clock::time_point;

// Each text with its length before it: no two terms give the same bytes.
void append_counted(std::string& bytes, std::string_view text) {
  bytes += std::to_string(text.size()) + ":";
  bytes += text;
}

void append_counted(std::string& bytes, const std::vector<std::string>& texts) {
  bytes += std::to_string(texts.size()) + ",";
  for (const auto& text : texts) {
    append_counted(bytes, text);
  }
}

Digest digest_of(const VerdictTrust::Terms& terms) {
  std::string bytes = "gate-verdict-trust/1\n";
  append_counted(bytes, terms.allowed_signers);
  append_counted(bytes, terms.ci);
  append_counted(bytes, terms.dev);
  append_counted(bytes, std::to_string(terms.max_age.count()));
  append_counted(bytes, terms.platforms);
  return Digest::of(bytes);
}

// The first of the line's principals that this role knows. What the line itself excludes is none of them.
std::optional<std::string> principal_with(const AllowedSigner& line, const std::vector<std::string>& role) {
  AllowedSigner holders;
  holders.principals = role;
  for (const auto& principal : line.principals) {
    if (!principal.empty() && principal.front() != '!' && line.knows(principal) && holders.knows(principal)) {
      return principal;
    }
  }
  return std::nullopt;
}

std::string shown_moment(Moment when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(when - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  std::string shown = text.data();
  if (time.to_duration().count() != 0) {
    std::snprintf(text.data(), text.size(), "T%02d:%02d:%02dZ", static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    shown += text.data();
  }
  return shown;
}

unsigned digits_at(std::string_view text, std::size_t at, std::size_t count) {
  unsigned number = 0;
  for (const char digit : text.substr(at, count)) {
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return number;
}

bool is_higher(const std::optional<SignerRole>& role, const std::optional<SignerRole>& than) { return role > than; }

} // namespace

std::string_view name_of(SignerRole role) { return role == SignerRole::ci ? "ci" : "dev"; }

std::string PublicKey::fingerprint() const {
  const auto blob = from_base64(base64);
  if (!blob || blob->empty()) {
    return {};
  }
  const auto hex = Digest::of(*blob).hex();
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    bytes += static_cast<char>(value(hex[i]) << 4U | value(hex[i + 1]));
  }
  auto text = gate::base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

std::string PublicKey::id() const {
  constexpr std::size_t k_digits = 16;
  const auto blob = from_base64(base64);
  return blob && !blob->empty() ? Digest::of(*blob).hex().substr(0, k_digits) : std::string();
}

std::optional<SignerRole> role_of(const AllowedSigner& line, const std::vector<std::string>& ci, const std::vector<std::string>& dev) {
  if (principal_with(line, ci)) {
    return SignerRole::ci;
  }
  return principal_with(line, dev) ? std::optional(SignerRole::dev) : std::nullopt;
}

VerdictTrust::VerdictTrust(Terms terms) : m_terms(std::move(terms)), m_digest(digest_of(m_terms)) {
  for (const auto& signer : parse_allowed_signers(m_terms.allowed_signers, {}).signers) {
    const auto blob = from_base64(signer.key);
    if (signer.is_authority || !blob) {
      continue;
    }
    Line line;
    line.key = {signer.key_type, base64(*blob)};
    line.role = role_of(signer, m_terms.ci, m_terms.dev);
    const auto known = line.role ? principal_with(signer, *line.role == SignerRole::ci ? m_terms.ci : m_terms.dev) : std::nullopt;
    line.principal = known.value_or(signer.principals.front());
    line.names_us = signer.names(k_verdict_namespace);
    line.after = signer_time(signer.valid_after);
    line.before = signer_time(signer.valid_before);
    line.has_readable_times = (signer.valid_after.empty() || line.after) && (signer.valid_before.empty() || line.before);
    m_lines.push_back(std::move(line));
  }
}

std::vector<PublicKey> VerdictTrust::keys() const {
  std::vector<PublicKey> keys;
  for (const auto& line : m_lines) {
    if (line.role && line.names_us && std::find(keys.begin(), keys.end(), line.key) == keys.end()) {
      keys.push_back(line.key);
    }
  }
  return keys;
}

std::string VerdictTrust::doubt_of(const Line& line, Moment at) {
  if (!line.role) {
    return "has no role: neither ci nor dev of [verdicts] names " + line.principal;
  }
  if (!line.names_us) {
    return "is not for verdicts: its line in allowed_signers does not have namespaces=\"" + std::string(k_verdict_namespace) + "\"";
  }
  if (!line.has_readable_times) {
    return "has a time in allowed_signers that no calendar has";
  }
  if (line.after && at < *line.after) {
    return "is valid from " + shown_moment(*line.after) + " on only";
  }
  return line.before && at > *line.before ? "was valid until " + shown_moment(*line.before) : "";
}

tl::expected<Voucher, std::string> VerdictTrust::standing_of(const PublicKey& key, Moment at) const {
  const Line* best = nullptr;
  const Line* doubted = nullptr;
  std::string doubt = "is not in allowed_signers";
  for (const auto& line : m_lines) {
    if (!(line.key == key)) {
      continue;
    }
    auto why = doubt_of(line, at);
    if (!why.empty()) {
      if (doubted == nullptr || is_higher(line.role, doubted->role)) {
        doubted = &line;
        doubt = std::move(why);
      }
    } else if (best == nullptr || is_higher(line.role, best->role)) {
      best = &line;
    }
  }
  if (best == nullptr) {
    return tl::unexpected("the key " + key.fingerprint() + (doubted == nullptr ? "" : " of " + doubted->principal) + " " + doubt);
  }
  return Voucher{best->principal, *best->role, key.fingerprint()};
}

std::optional<Moment> signer_time(std::string_view text) {
  if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) {
    text.remove_suffix(1);
  }
  constexpr std::size_t k_day = 8;
  constexpr std::size_t k_minute = 12;
  constexpr std::size_t k_second = 14;
  if ((text.size() != k_day && text.size() != k_minute && text.size() != k_second) || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  namespace chrono = std::chrono;
  const chrono::year_month_day date(chrono::year(static_cast<int>(digits_at(text, 0, 4))), chrono::month(digits_at(text, 4, 2)), chrono::day(digits_at(text, 6, 2)));
  const unsigned hour = text.size() > k_day ? digits_at(text, k_day, 2) : 0;
  const unsigned minute = text.size() > k_day ? digits_at(text, 10, 2) : 0;
  const unsigned second = text.size() > k_minute ? digits_at(text, k_minute, 2) : 0;
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) { // 60: a leap second
    return std::nullopt;
  }
  const chrono::sys_seconds at = chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second);
  // A clock that counts nanoseconds ends in 2262; "99991231" means never.
  const auto first = chrono::ceil<chrono::seconds>(Moment::min());
  const auto last = chrono::floor<chrono::seconds>(Moment::max());
  return chrono::time_point_cast<Moment::duration>(std::clamp(at, first, last));
}

} // namespace gate
