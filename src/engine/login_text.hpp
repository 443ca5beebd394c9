// A login as JSON and base64 have it, written by hand into memory that was set aside before: what a library leaves behind on its way
// can't be wiped.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace gate {

/// Appends the text as a JSON string (RFC 8259, 7). For each byte of it six must be reserved, and two more.
void append_json_string(std::string& json, std::string_view text);

/// RFC 4648, 4 and 5; both with padding.
enum class Base64 { plain, for_urls };
Secret base64_of(std::string_view bytes, Base64 alphabet);

} // namespace gate
