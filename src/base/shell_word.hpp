// Words from outside in commands that are shown to be copied.
#pragma once

#include <string>
#include <string_view>

namespace gate {

/// The word as sh(1) takes it for one word, whatever bytes are in it: as it is where that is safe, else in single quotes. Nothing is
/// done for a terminal: that is report/clean.hpp's.
std::string shell_word(std::string_view word);

} // namespace gate
