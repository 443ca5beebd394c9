// What a repository would make this machine run or publish: what is asked about before it is done the first time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "policy/policy.hpp"

namespace gate {

/// One thing of a surface: "suite api" and "runs python manage.py test". Both texts are raw, as the repository has them.
struct SurfaceLine {
  std::string subject;
  std::string value;

  /// "suite api: runs python manage.py test"; raw.
  std::string str() const { return subject + ": " + value; }
  friend bool operator==(const SurfaceLine& a, const SurfaceLine& b) { return a.subject == b.subject && a.value == b.value; }
  friend bool operator<(const SurfaceLine& a, const SurfaceLine& b) { return a.subject != b.subject ? a.subject < b.subject : a.value < b.value; }
};

/// A set of lines.
class Surface {
public:
  Surface() = default;
  explicit Surface(std::vector<SurfaceLine> lines);

  /// Sorted, each once.
  const std::vector<SurfaceLine>& lines() const { return m_lines; }
  bool empty() const { return m_lines.empty(); }
  bool contains(const SurfaceLine& line) const;
  /// A line each, "SUBJECT TAB VALUE LF"; a backslash, tab or line break in them is escaped. Equal texts are equal surfaces.
  std::string text() const;
  /// SHA-256 of the text.
  Digest digest() const { return Digest::of(text()); }

private:
  std::vector<SurfaceLine> m_lines;
};

/// The lines of `wanted` that `known` does not have.
std::vector<SurfaceLine> new_lines(const Surface& wanted, const Surface& known);

/// A text on one line, without tabs, and back.
std::string escaped(const std::string& text);
std::string unescaped(const std::string& text);

/// Words as sh would read them; different words are different texts.
std::string shown_words(const std::vector<std::string>& words);

/// What the policy alone says of a suite: what is run and where, and a line for each of its terms (suite_text.hpp; the timeout as well).
/// Where it has any, the first line has a digest of them all, so that it is another line also when one of them is taken away.
std::vector<SurfaceLine> definition_lines(const Suite& suite);
/// Where a publication goes, by whom and when: a line for each destination, and one each for what follows it.
std::vector<SurfaceLine> publication_lines(const PublishRule& rule);

/// What a tree has at a path.
struct TreeFile {
  enum class Kind {
    absent,
    regular,
    opaque, ///< a link that leads out of the tree or something else that is no regular file lies in the way, or it is too large
  };
  Kind kind = Kind::absent;
  std::string content; ///< of a regular file; of an opaque one a text that changes whenever the file may have changed
  std::vector<std::string> links = {}; ///< of the tree, by their paths: those that lead to it
  std::string real = {};               ///< where they lead, a path of the tree; empty where there are none
};

/// Reads a file of one tree, through the links of the tree; the path is relative, without "." and "..".
using TreeReader = std::function<Result<TreeFile>(const std::string& path)>;

/// Stands in `sources` for every file of the tree.
inline constexpr const char* k_any_file = "*";

/// Lines, and the files that they were read from. As long as none of these files changes, neither do the lines.
struct SurfaceReading {
  std::vector<SurfaceLine> lines;
  std::vector<std::string> sources; ///< paths, also of files that are not there; k_any_file
};

/// What somebody on this machine has agreed to, for one repository.
struct TrustRecord {
  std::vector<SurfaceLine> lines;   ///< the newest last
  std::vector<std::string> sources; ///< see SurfaceReading, of all of them
};

} // namespace gate
