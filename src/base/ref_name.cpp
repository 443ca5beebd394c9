#include "base/ref_name.hpp"

namespace gate {

namespace {

// git-check-ref-format(1), rules 1 to 10.
bool component_is_valid(std::string_view part) {
  constexpr std::string_view k_lock = ".lock";
  if (part.empty() || part.front() == '.') {
    return false;
  }
  return part.size() < k_lock.size() || part.substr(part.size() - k_lock.size()) != k_lock;
}

bool characters_are_valid(std::string_view name) {
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || std::string_view(" ~^:?*[\\").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return name.find("..") == std::string_view::npos && name.find("@{") == std::string_view::npos;
}

} // namespace

std::optional<RefName> RefName::parse(std::string_view text) {
  if (text.substr(0, 5) != "refs/" || text.back() == '.' || !characters_are_valid(text)) {
    return std::nullopt;
  }
  std::string_view rest = text;
  while (true) {
    const auto slash = rest.find('/');
    if (!component_is_valid(rest.substr(0, slash))) {
      return std::nullopt;
    }
    if (slash == std::string_view::npos) {
      return RefName(text);
    }
    rest.remove_prefix(slash + 1);
  }
}

std::optional<RefName> RefName::branch(std::string_view short_or_full) {
  if (short_or_full.substr(0, 5) == "refs/") {
    return parse(short_or_full);
  }
  return parse("refs/heads/" + std::string(short_or_full));
}

std::string RefName::brief() const {
  if (is_branch()) {
    return m_name.substr(11);
  }
  return is_tag() ? m_name.substr(10) : m_name;
}

} // namespace gate
