#include "report/tone.hpp"

#include <utility>

namespace gate {

std::string toned(std::string text, Tone tone, const TextStyle& style) {
  if (!style.colour || tone == Tone::plain) {
    return text;
  }
  return (tone == Tone::bad ? "\x1b[31m" : "\x1b[32m") + std::move(text) + "\x1b[0m";
}

} // namespace gate
