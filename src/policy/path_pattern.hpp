// Which files of a tree a rule speaks of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// A glob over paths in a tree, as in gitignore(5) without negation: one without a slash matches the last part of a path at any
/// depth; one with a slash is anchored at the top; `*` and `?` stop at a slash, `**` does not; one that ends in a slash, or that
/// names a folder, speaks of everything below; [a-z], [!a] and a backslash are as in a shell. Matching takes time in the product of
/// both lengths at most.
class PathPattern {
public:
  /// Nothing for what no path of a tree matches: an empty pattern or part, "." and ".." as a part, control bytes, an open '[', a
  /// backslash at the end.
  static std::optional<PathPattern> parse(std::string_view text);

  /// `path` is relative to the top of the tree, with '/' between its parts; any bytes.
  bool matches(std::string_view path) const;
  const std::string& text() const { return m_text; }
  friend bool operator==(const PathPattern& a, const PathPattern& b) { return a.m_text == b.m_text; }

private:
  std::string m_text; ///< as it was written
  std::string m_glob; ///< anchored at the top
};

} // namespace gate
