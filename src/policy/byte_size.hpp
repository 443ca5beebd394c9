// Sizes of files as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gate {

/// "5MiB", "500KiB", "1GiB", "100kB", "10MB", "1GB", "1234" (bytes): a whole number above zero and at most one unit, nothing between
/// them. KiB, MiB and GiB count in 1024s, kB, MB and GB in 1000s. In bytes; nothing for any other text and for what no file's size
/// can be.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

} // namespace gate
