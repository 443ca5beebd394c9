// What a compose file reads from disk before anybody can look: checked in the file as it was written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gate {

/// True when both the path as the system follows it and the path with its ".." taken out lie in the folder,
/// symlinks resolved. A path that does not exist is judged by the folders that do.
bool lies_inside(const std::filesystem::path& folder, const std::filesystem::path& path);

/// The files that `compose config` opens, as they are.
struct DrawnFiles {
  struct Content {
    std::filesystem::path path;
    std::optional<std::string> text; ///< nothing where there is no file
  };
  std::vector<Content> contents;
  std::vector<Content> variables; ///< .env: they steer compose itself
  bool complete = true;           ///< every one of them could be read
  /// A sentence for everything that lies outside of the tree, and for what makes a file unreadable.
  std::vector<std::string> hazards;
};

/// `compose config` opens extends.file, include, env_file, label_file and .env, and shows their content
/// merged: these must lie in the tree, as must the file itself (absolute) and files that it names for secrets
/// and configs. Relative paths of all `files` (at least one; absolute) are seen from the folder of the first, as compose sees them, those of
/// a file that is drawn in from its own.
DrawnFiles drawn_files(const std::filesystem::path& tree, const std::vector<std::filesystem::path>& files);

} // namespace gate
