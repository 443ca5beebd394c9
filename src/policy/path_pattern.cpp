#include "policy/path_pattern.hpp"

#include <algorithm>

#include "policy/glob.hpp"

namespace gate {

namespace {

bool has_control_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// Takes the first part and the slash behind it from the text.
std::string_view take_part(std::string_view& text) {
  const auto slash = text.find('/');
  const auto part = text.substr(0, slash);
  text.remove_prefix(slash == std::string_view::npos ? text.size() : slash + 1);
  return part;
}

} // namespace

std::optional<PathPattern> PathPattern::parse(std::string_view text) {
  const auto is_of_slashes = text.find_first_not_of('/') == std::string_view::npos;
  if (is_of_slashes || has_control_byte(text) || !is_glob(text)) {
    return std::nullopt;
  }
  const bool is_folder = text.back() == '/';
  auto rest = text.substr(0, text.size() - (is_folder ? 1 : 0));
  const bool is_anchored = rest.find('/') != std::string_view::npos;
  rest.remove_prefix(rest.front() == '/' ? 1 : 0);
  PathPattern pattern;
  pattern.m_text = text;
  // Paths are matched with a slash in front, so that every part has one on its left.
  pattern.m_glob = "/";
  pattern.m_glob += is_anchored ? "" : std::string(1, k_any_parts);
  while (!rest.empty()) {
    const bool is_last = rest.find('/') == std::string_view::npos;
    const auto part = take_part(rest);
    if (part.empty() || part == "." || part == "..") {
      return std::nullopt; // nothing in a tree is called that: it would be a rule that never holds
    }
    if (part == "**" && !is_last) {
      pattern.m_glob += k_any_parts;
    } else {
      pattern.m_glob += part;
      pattern.m_glob += is_last ? "" : "/";
    }
  }
  pattern.m_glob += is_folder ? "/**" : "";
  return pattern;
}

bool PathPattern::matches(std::string_view path) const {
  return glob_matches(m_glob, "/" + std::string(path), GlobEnd::of_part);
}

} // namespace gate
