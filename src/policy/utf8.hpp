// UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gate {

/// The length in bytes of the well-formed sequence (RFC 3629, section 4) that `text`, which is not empty, begins with; 0 if none.
std::size_t utf8_length(std::string_view text);

/// With U+FFFD in the place of each byte that belongs to no well-formed sequence.
std::string as_utf8(std::string_view text);

} // namespace gate
