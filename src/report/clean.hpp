// The one place where text that others wrote is made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace gate {

/// One line that cannot move a cursor, colour, reorder or forge anything: control bytes, DEL, C1, bidirectional and
/// line-breaking characters and broken UTF-8 come out as visible escapes ("\x1b", "\u{202e}"). A tab becomes a space.
std::string clean_line(std::string_view text);

} // namespace gate
