#include "policy/pattern.hpp"

#include <algorithm>
#include <vector>

namespace gate {

namespace {

// One row of the table of reachable positions for each part of the glob: no backtracking, so no pattern is slow.
class Positions {
public:
  explicit Positions(std::string_view text) : m_text(text), m_reachable(text.size() + 1, false) {
    m_reachable[0] = true;
  }

  void take(char wanted) {
    move([wanted](char c) { return c == wanted; });
  }
  void take_any_but_slash() {
    move([](char c) { return c != '/'; });
  }
  void take_run(bool across_slashes) {
    for (std::size_t i = 0; i < m_text.size(); ++i) {
      if (m_reachable[i] && (across_slashes || m_text[i] != '/')) {
        m_reachable[i + 1] = true;
      }
    }
  }
  bool at_end() const { return m_reachable.back(); }

private:
  template <typename Accepts> void move(Accepts accepts) {
    for (std::size_t i = m_text.size(); i > 0; --i) {
      m_reachable[i] = m_reachable[i - 1] && accepts(m_text[i - 1]);
    }
    m_reachable[0] = false;
  }

  std::string_view m_text;
  std::vector<bool> m_reachable;
};

} // namespace

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

bool RefPattern::matches(const RefName& ref) const {
  const std::size_t literal = std::min(m_glob.find_first_of("*?"), m_glob.size());
  if (ref.full().compare(0, literal, m_glob, 0, literal) != 0) {
    return false;
  }
  Positions positions(std::string_view(ref.full()).substr(literal));
  for (std::size_t i = literal; i < m_glob.size(); ++i) {
    const bool doubled = m_glob[i] == '*' && i + 1 < m_glob.size() && m_glob[i + 1] == '*';
    switch (m_glob[i]) {
    case '*':
      positions.take_run(doubled);
      i += doubled ? 1 : 0;
      break;
    case '?':
      positions.take_any_but_slash();
      break;
    default:
      positions.take(m_glob[i]);
    }
  }
  return positions.at_end();
}

} // namespace gate
