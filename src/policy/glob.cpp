#include "policy/glob.hpp"

#include <algorithm>
#include <vector>

namespace gate {

namespace {

// One row of the table of reachable positions for each part of the glob: no backtracking, so no pattern is slow.
class Positions {
public:
  explicit Positions(std::string_view text) : m_text(text), m_reachable(text.size() + 1, false) { m_reachable[0] = true; }

  template <typename Accepts> void take_one(Accepts accepts) {
    for (std::size_t i = m_text.size(); i > 0; --i) {
      m_reachable[i] = m_reachable[i - 1] && accepts(m_text[i - 1]);
    }
    m_reachable[0] = false;
  }
  void take_run(bool across_slashes) {
    for (std::size_t i = 0; i < m_text.size(); ++i) {
      if (m_reachable[i] && (across_slashes || m_text[i] != '/')) {
        m_reachable[i + 1] = true;
      }
    }
  }
  void take_parts() {
    bool is_below = false;
    for (std::size_t i = 0; i < m_text.size(); ++i) {
      is_below = is_below || m_reachable[i];
      if (is_below && m_text[i] == '/') {
        m_reachable[i + 1] = true;
      }
    }
  }
  bool at(GlobEnd end) const {
    if (m_reachable.back() || end == GlobEnd::of_text) {
      return m_reachable.back();
    }
    for (std::size_t i = 0; i < m_text.size(); ++i) {
      if (m_reachable[i] && m_text[i] == '/') {
        return true;
      }
    }
    return false;
  }

private:
  std::string_view m_text;
  std::vector<bool> m_reachable;
};

// [abc], [a-z], [!a-z] or [^a-z]; a ] that comes first is one of the bytes (glob(7)).
class ByteClass {
public:
  // `rest` begins with [. The length of the class, or 0 when it is not closed.
  static std::size_t length_in(std::string_view rest) {
    std::size_t first = 1;
    if (first < rest.size() && (rest[first] == '!' || rest[first] == '^')) {
      ++first;
    }
    const auto close = rest.find(']', first + 1);
    return close == std::string_view::npos ? 0 : close + 1;
  }

  explicit ByteClass(std::string_view text) : m_is_negated(text[1] == '!' || text[1] == '^') {
    m_inner = text.substr(m_is_negated ? 2 : 1);
    m_inner.remove_suffix(1);
  }

  bool operator()(char c) const { return c != '/' && holds(c) != m_is_negated; }

private:
  bool holds(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    for (std::size_t i = 0; i < m_inner.size(); ++i) {
      const auto low = static_cast<unsigned char>(m_inner[i]);
      auto high = low;
      if (i + 2 < m_inner.size() && m_inner[i + 1] == '-') {
        high = static_cast<unsigned char>(m_inner[i + 2]);
        i += 2;
      }
      if (byte >= low && byte <= high) {
        return true;
      }
    }
    return false;
  }

  std::string_view m_inner;
  bool m_is_negated;
};

} // namespace

bool glob_matches(std::string_view glob, std::string_view text, GlobEnd end) {
  const std::string_view special("*?[\\\x01");
  const std::size_t literal = std::min(glob.find_first_of(special), glob.size());
  if (text.substr(0, literal) != glob.substr(0, literal)) {
    return false;
  }
  Positions positions(text.substr(literal));
  for (std::size_t i = literal; i < glob.size(); ++i) {
    const auto rest = glob.substr(i);
    const std::size_t length = rest.front() == '[' ? ByteClass::length_in(rest) : 0;
    if (length != 0) {
      positions.take_one(ByteClass(rest.substr(0, length)));
      i += length - 1;
    } else if (rest.front() == '*') {
      const bool is_doubled = rest.size() > 1 && rest[1] == '*';
      positions.take_run(is_doubled);
      i += is_doubled ? 1 : 0;
    } else if (rest.front() == '?') {
      positions.take_one([](char c) { return c != '/'; });
    } else if (rest.front() == k_any_parts) {
      positions.take_parts();
    } else {
      i += rest.front() == '\\' && rest.size() > 1 ? 1 : 0;
      positions.take_one([wanted = glob[i]](char c) { return c == wanted; });
    }
  }
  return positions.at(end);
}

bool is_glob(std::string_view glob) {
  while (!glob.empty()) {
    std::size_t length = 1;
    if (glob.front() == '[') {
      length = ByteClass::length_in(glob);
    } else if (glob.front() == '\\') {
      length = glob.size() > 1 ? 2 : 0;
    }
    if (length == 0) {
      return false;
    }
    glob.remove_prefix(length);
  }
  return true;
}

} // namespace gate
