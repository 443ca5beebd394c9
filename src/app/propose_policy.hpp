// A policy for a repository that has none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports.hpp"

namespace gate {

/// A folder of the repository that an image is built from, and the files in it that tell how its tests are run.
struct BuiltFolder {
  std::string path;    ///< "" is the top
  std::string service; ///< of the compose file; empty when there is none
  std::vector<std::string> files;
};

struct ProjectFacts {
  std::optional<std::string> compose_file;
  std::vector<BuiltFolder> folders;
  std::vector<std::string> branches; ///< short names
};

/// The command that this folder's tests are usually run with; nothing when its files do not tell.
std::vector<std::string> guess_test_command(const std::vector<std::string>& files);

/// A commented gate.toml. A suite whose command could not be guessed stands in it as a comment: a made-up one would pass
/// for a test.
std::string propose_policy(const ProjectFacts& project);

} // namespace gate
