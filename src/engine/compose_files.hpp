// What a compose file reads from disk before anybody can look: checked in the file as it was written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gate {

/// True when both the path as the system follows it and the path with its ".." taken out lie in the folder,
/// symlinks resolved. A path that does not exist is judged by the folders that do.
bool lies_inside(const std::filesystem::path& folder, const std::filesystem::path& path);

/// `compose config` opens extends.file, include, env_file, label_file and .env, and shows their content
/// merged: these must lie in the tree, as must the file itself (absolute) and files that it names for secrets
/// and configs. Gives a sentence for everything that does not, and for what makes the file unreadable.
std::vector<std::string> hidden_hazards(const std::filesystem::path& tree, const std::filesystem::path& file);

} // namespace gate
