// The little of gitattributes(5) that gate needs: does the tree say that a file goes through a certain
// filter?
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// One .gitattributes file.
class AttributeFile {
public:
  struct Setting {
    std::string name;
    std::string value; ///< "name=value" has one
    enum class How { set, unset, unspecified, value } how = How::set;
  };
  struct Line {
    std::string pattern;
    std::vector<Setting> settings;
  };
  using Macros = std::map<std::string, std::vector<Setting>>;

  /// Lines that git would ignore are ignored. Macros ("[attr]name …") are read too; they only count at the
  /// top.
  static AttributeFile parse(std::string_view text);

  const std::vector<Line>& lines() const { return m_lines; }
  const Macros& macros() const { return m_macros; }

private:
  std::vector<Line> m_lines;
  Macros m_macros;
};

/// An attribute file and the path of its folder below the top: "" or "a/b/".
struct PlacedAttributes {
  std::string folder;
  const AttributeFile* file;
};

/// The value of the path's "filter" attribute; empty when it has none. `files` are those of the folders on
/// the way to the path, the top's first.
std::string filter_of(std::string_view path, const std::vector<PlacedAttributes>& files);

/// Whether the pattern of an attribute line fits a file's path, both relative to the line's folder: like a
/// pattern of gitignore(5), but never by way of a folder.
bool attribute_pattern_fits(std::string_view pattern, std::string_view path);

} // namespace gate
