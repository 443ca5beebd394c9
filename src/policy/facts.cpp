#include "policy/facts.hpp"

namespace gate {

std::string NewCommit::subject() const {
  constexpr std::string_view k_blanks = " \t\r\v\f";
  const std::string_view text = message;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const std::size_t last = line.find_last_not_of(k_blanks);
    if (last != std::string_view::npos) {
      return std::string(line.substr(0, last + 1));
    }
    at += line.size() + 1;
  }
  return {};
}

} // namespace gate
