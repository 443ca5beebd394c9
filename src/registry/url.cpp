#include "registry/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"

namespace gate::registry {

namespace {

constexpr std::size_t k_longest_url = 8192;

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return is_decimal(c) || (c >= 'a' && c <= 'z');
}

// The name goes into a path of certs.d and into sentences: nothing but letters, digits, '-', '_' and single
// dots.
bool is_host_name(std::string_view host) {
  char before = '.';
  for (const char c : host) {
    if (!is_letter_or_digit(c) && c != '-' && c != '_' && (c != '.' || before == '.')) {
      return false;
    }
    before = c;
  }
  return !host.empty() && host.size() <= 253 && before != '.';
}

bool is_bracketed_address(std::string_view host) {
  return host.size() > 3 && host.front() == '[' && host.back() == ']' &&
         host.find_first_not_of("0123456789abcdef:.", 1) == host.size() - 1;
}

std::optional<std::uint16_t> port_from(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return std::nullopt;
  }
  return port;
}

std::uint16_t own_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

std::optional<Origin> origin_from(std::string_view scheme, std::string_view authority) {
  Origin origin{std::string(scheme), lower(authority), own_port(scheme)};
  const std::size_t colon = origin.host.rfind(':');
  if (colon != std::string::npos && origin.host.find(']', colon) == std::string::npos) {
    const std::optional<std::uint16_t> port = port_from(std::string_view(origin.host).substr(colon + 1));
    if (!port) {
      return std::nullopt;
    }
    origin.port = *port;
    origin.host.resize(colon);
  }
  if (!is_host_name(origin.host) && !is_bracketed_address(origin.host)) {
    return std::nullopt;
  }
  return origin;
}

} // namespace

std::string Origin::authority() const {
  return port == own_port(scheme) ? host : host + ":" + std::to_string(port);
}

std::string Origin::str() const {
  return scheme + "://" + authority();
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") {
    return true;
  }
  // Only the dotted form: "127.example.com" is a name.
  int dots = 0;
  int digits = 0;
  for (const char c : host) {
    if (c == '.') {
      dots += digits > 0 ? 1 : 4;
      digits = 0;
    } else if (!is_decimal(c) || ++digits > 3) {
      return false;
    }
  }
  return host.substr(0, 4) == "127." && dots == 3 && digits > 0;
}

std::optional<Url> Url::parse(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; };
  if (text.size() > k_longest_url || !std::all_of(text.begin(), text.end(), visible)) {
    return std::nullopt;
  }
  const std::size_t colon = text.find("://");
  const std::string scheme = lower(text.substr(0, std::min(colon, text.size())));
  if (colon == std::string_view::npos || (scheme != "https" && scheme != "http")) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::optional<Origin> origin = origin_from(scheme, rest.substr(0, end));
  if (!origin) {
    return std::nullopt;
  }
  std::string target(rest.substr(end, rest.find('#', end) - end));
  if (target.empty() || target.front() != '/') {
    target.insert(0, 1, '/');
  }
  return Url{*origin, std::move(target)};
}

std::optional<Url> resolved(const Url& base, std::string_view reference) {
  if (reference.substr(0, 2) == "//") {
    return Url::parse(base.origin.scheme + ":" + std::string(reference));
  }
  if (reference.substr(0, std::min(reference.find_first_of("/?#"), reference.size())).find(':') !=
      std::string_view::npos) {
    return Url::parse(reference);
  }
  if (reference.empty()) {
    return std::nullopt;
  }
  const std::string path = base.target.substr(0, base.target.find('?'));
  std::string target(reference);
  if (reference.front() == '?') {
    target = path + target;
  } else if (reference.front() != '/') {
    target = path.substr(0, path.rfind('/') + 1) + target;
  }
  return Url::parse(base.origin.str() + target);
}

} // namespace gate::registry
