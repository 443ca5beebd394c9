// Text as protocols know it, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace gate {

/// A to Z become small, and nothing else changes.
std::string lower(std::string_view text);

/// For a path or a query (RFC 3986, 2.3): everything but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);

} // namespace gate
