// docker-compose, in its two generations.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "os/process.hpp"

namespace gate {

/// A way to call compose.
struct ComposeTool {
  enum class Generation { v1, v2 };
  Generation generation = Generation::v1;
  std::vector<std::string> argv; ///< {"docker-compose"} or {"docker", "compose"}
};

/// `docker compose` where the plugin is there, else docker-compose; neither is an error that names the
/// package.
Result<ComposeTool> find_compose(const Environment& env, const Interrupt& interrupt);

/// A text that changes whenever a compose program of this environment is exchanged for another, without starting one; empty when none
/// is where it is usually kept.
std::string compose_fingerprint(const Environment& env);

/// Prints the normalized files, later ones merged over earlier ones, every profile's services included. Relative paths are seen from the
/// folder of the first. Talks to no Engine.
std::vector<std::string> config_argv(const ComposeTool& tool, const std::vector<std::filesystem::path>& files);

/// What `up` needs to know.
struct ComposeUp {
  std::string project;
  std::filesystem::path file;   ///< the rewritten one
  std::filesystem::path folder; ///< what relative paths in it are relative to
  std::filesystem::path
      empty_env; ///< an empty file: the tree's .env has been read, and could steer compose itself
};

/// Creates and starts every service of the file, builds none, and returns.
std::vector<std::string> up_argv(const ComposeTool& tool, const ComposeUp& up);

} // namespace gate
