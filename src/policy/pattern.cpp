#include "policy/pattern.hpp"

#include "policy/glob.hpp"

namespace gate {

std::optional<RefPattern> RefPattern::parse(std::string_view text, Kind kind) {
  const bool has_bad_character = text.find_first_of(" ~^:[\\\x7f") != std::string_view::npos;
  bool has_control = false;
  for (const char c : text) {
    has_control = has_control || static_cast<unsigned char>(c) < 0x20;
  }
  if (text.empty() || text.front() == '/' || text.back() == '/' || has_bad_character || has_control) {
    return std::nullopt;
  }
  RefPattern pattern;
  if (text.substr(0, 5) != "refs/") {
    pattern.m_glob = kind == Kind::branch ? "refs/heads/" : "refs/tags/";
  }
  pattern.m_glob += text;
  return pattern;
}

bool RefPattern::matches(const RefName& ref) const { return glob_matches(m_glob, ref.full()); }

} // namespace gate
