// Base 64 (RFC 4648, sections 4 and 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// In the usual alphabet, with padding. Its memory is asked for at once: of what is secret no copy is left behind.
std::string base64(std::string_view bytes);

/// Either alphabet; the padding may be missing. Nothing for what is no base 64, and where bits are set that no byte has.
std::optional<std::string> from_base64(std::string_view text);

} // namespace gate
