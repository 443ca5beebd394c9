// Colour, where there is any.
#pragma once

#include <string>

#include "report/text.hpp"

namespace gate {

enum class Tone { plain, bad, good };

/// The text in the tone's colour (ECMA-48, SGR), or as it is where the style has none.
std::string toned(std::string text, Tone tone, const TextStyle& style);

} // namespace gate
