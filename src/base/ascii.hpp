// Letters as protocols know them, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace gate {

/// A to Z become small, and nothing else changes.
std::string lower(std::string_view text);

} // namespace gate
