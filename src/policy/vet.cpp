#include "policy/vet.hpp"

#include <algorithm>

#include "policy/utf8.hpp"

namespace gate {

namespace {

constexpr std::size_t k_largest_policy = 64UL * 1024UL;
constexpr unsigned k_most_dots = 32;

// In a value or a bare key: a string never begins right after one, and the parser reads on over its quote.
bool is_of_a_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == ':' || c == '"' ||
         c == '\'';
}

// Follows strings and comments just far enough to know what stands outside of them. Up to the first syntax error it
// agrees with any TOML parser, and at that error the parser stops.
class Scanner {
public:
  Scanner(std::string_view text, const std::string& name) : m_text(text), m_name(name) {}

  std::optional<Diagnostic> scan() {
    while (m_at < m_text.size() && !m_problem) {
      const std::size_t length = utf8_length(m_text.substr(m_at));
      if (length == 0) {
        refuse("this is not UTF-8", "save the file as UTF-8");
        break;
      }
      take(length);
    }
    return m_problem;
  }

private:
  enum class In { bare, comment, basic, literal, long_basic, long_literal };

  void refuse(std::string message, std::string hint) {
    m_problem = Diagnostic{{m_name, m_line, m_column}, std::move(message), std::move(hint)};
  }

  bool next_is(std::string_view wanted) const { return m_text.substr(m_at, wanted.size()) == wanted; }

  void advance(std::size_t bytes) {
    m_at += bytes;
    ++m_column;
  }

  void take(std::size_t length) {
    const char c = m_text[m_at];
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
      refuse("there is a control byte here", "remove it");
      return;
    }
    if (m_in == In::bare && length > 1) {
      refuse("characters beyond ASCII belong in quotes", "put the name or value in double quotes");
      return;
    }
    if (c == '\n') {
      end_line();
      return;
    }
    if (m_in == In::bare) {
      take_bare(c);
    } else {
      take_quoted(c, length);
    }
  }

  void end_line() {
    const bool spans_lines = m_in == In::long_basic || m_in == In::long_literal;
    m_in = spans_lines ? m_in : In::bare;
    m_dots = 0;
    ++m_at;
    ++m_line;
    m_column = 1;
  }

  void take_bare(char c) {
    if (c == '.' && ++m_dots > k_most_dots) {
      refuse("a key with more than " + std::to_string(k_most_dots) + " dots", "no policy key is that deep");
      return;
    }
    if ((c == '"' || c == '\'') && m_at != 0 && is_of_a_word(m_text[m_at - 1])) {
      refuse("a quote stands in the middle of a word here", "put all of the name or value in quotes");
      return;
    }
    if (next_is("\"\"\"") || next_is("'''")) {
      m_in = c == '"' ? In::long_basic : In::long_literal;
      advance(3);
      m_column += 2;
      return;
    }
    m_in = c == '#' ? In::comment : c == '"' ? In::basic : c == '\'' ? In::literal : In::bare;
    advance(1);
  }

  void take_quoted(char c, std::size_t length) {
    const bool escapes = m_in == In::basic || m_in == In::long_basic;
    if (escapes && c == '\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] >= 0x20 && m_text[m_at + 1] < 0x7f) {
      advance(1);
      advance(1);
      return;
    }
    const bool ends_long = (m_in == In::long_basic && next_is("\"\"\"")) || (m_in == In::long_literal && next_is("'''"));
    const bool ends_short = (m_in == In::basic && c == '"') || (m_in == In::literal && c == '\'');
    if (ends_long) {
      m_in = In::bare;
      // Up to two quotes may be the last of the string itself.
      const std::size_t quotes = std::min(m_text.find_first_not_of(c, m_at), m_text.size()) - m_at;
      const std::size_t taken = std::min<std::size_t>(quotes, 5);
      m_column += static_cast<unsigned>(taken - 1);
      advance(taken);
      return;
    }
    m_in = ends_short ? In::bare : m_in;
    advance(length);
  }

  std::string_view m_text;
  const std::string& m_name;
  std::optional<Diagnostic> m_problem;
  In m_in = In::bare;
  std::size_t m_at = 0;
  unsigned m_line = 1;
  unsigned m_column = 1;
  unsigned m_dots = 0;
};

} // namespace

std::optional<Diagnostic> vet_policy_text(std::string_view text, const std::string& name) {
  if (text.size() > k_largest_policy) {
    return Diagnostic{{name, 0, 0}, "a policy file has at most 64 KiB, this one has " + std::to_string(text.size()) + " bytes",
                      "is this the right file?"};
  }
  return Scanner(text, name).scan();
}

} // namespace gate
