// Foreign words in gate's sentences.
#pragma once

#include <string>
#include <string_view>

namespace gate::registry {

/// In quotes, and not more than two hundred characters of it. Control characters are left to the printing.
std::string in_quotes(std::string_view text);

/// ": " and the text in quotes; "" when there is none.
std::string said(std::string_view text);

} // namespace gate::registry
