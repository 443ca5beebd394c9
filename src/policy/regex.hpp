// Regular expressions of a policy, for text that anybody may have written.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace gate {

/// A compiled regular expression (PCRE2, pcre2pattern(3)), UTF-8 where the text is. Bounded: a pattern or a text that makes it go
/// back over and over again ends at a step limit, and is then an answer of its own, never a match.
class Regex {
public:
  enum class Answer {
    matches,
    differs,
    too_costly, ///< the limit of steps was met before there was an answer
  };

  /// Up to 1024 bytes. An error is PCRE2's own words and the offset (bytes) in the pattern.
  static tl::expected<Regex, std::string> compile(std::string_view pattern);

  /// Is it anywhere in the text? Anchor it with ^ and $ to hold all of it: $ is the end, also before a final newline; \z is the very end.
  /// A byte that is no UTF-8 counts as U+FFFD.
  Answer search(std::string_view text) const;
  const std::string& pattern() const { return m_pattern; }
  friend bool operator==(const Regex& a, const Regex& b) { return a.m_pattern == b.m_pattern; }

private:
  struct Code;
  explicit Regex(std::string_view pattern);

  std::string m_pattern;
  std::shared_ptr<const Code> m_code;
};

} // namespace gate
