// The URLs that gate talks to: http and https, by RFC 3986, without user, password and fragment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.hpp"

namespace gate::registry {

/// Whom a request goes to.
struct Origin {
  std::string scheme; ///< "https" or "http"
  std::string host;   ///< lower-case; an IPv6 address keeps its brackets
  std::uint16_t port = 0;

  /// "host", and ":port" where it is not the scheme's own: what the Host header says.
  std::string authority() const;
  /// "scheme://authority".
  std::string str() const;

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// localhost, 127.0.0.0/8 and [::1]: what docker, too, takes for this machine. Names are not looked up.
bool is_loopback(std::string_view host);

struct Url {
  Origin origin;
  std::string target; ///< path and query, percent-encoded; begins with '/'

  /// Anything but printable ASCII, a user or another scheme gives nothing.
  static std::optional<Url> parse(std::string_view text);
};

/// What a Location or Link header means that came with `base`.
std::optional<Url> resolved(const Url& base, std::string_view reference);

} // namespace gate::registry
