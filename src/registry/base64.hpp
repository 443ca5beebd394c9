// Base 64 (RFC 4648, section 4), for what is secret.
#pragma once

#include <optional>
#include <string_view>

#include "base/secret.hpp"

namespace gate::registry {

Secret base64(std::string_view bytes);

/// Nothing for what is no base 64; the padding may be missing.
std::optional<Secret> from_base64(std::string_view text);

} // namespace gate::registry
