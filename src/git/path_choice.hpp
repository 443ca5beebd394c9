// Which part of a tree a list of paths leaves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// Paths of files and folders in a tree, as path_in_tree (policy) gives them. None at all leaves the whole tree.
class PathChoice {
public:
  explicit PathChoice(std::vector<std::string> paths) : m_paths(std::move(paths)) {}

  enum class Share {
    all,  ///< it, and if it is a folder all that is in it
    part, ///< a folder, for what is chosen below it
    none
  };
  /// What is left of the entry at `path`; "" is the tree itself. .gitattributes and .gitmodules of every folder that is left in part are
  /// chosen: they say what the files below it are.
  Share share_of(std::string_view path) const;

private:
  std::vector<std::string> m_paths;
};

} // namespace gate
