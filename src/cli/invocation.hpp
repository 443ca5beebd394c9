// How gate was called: read once in main, handed down as a value.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "os/process.hpp"

namespace gate {

/// The codes that gate ends with. In pre-push everything but `allowed` denies.
enum class ExitCode { allowed = 0, refused = 1, usage = 2, could_not_run = 3, interrupted = 130 };

ExitCode exit_code_of(ErrorKind kind);

struct Invocation {
  std::vector<std::string> argv;
  Environment env; ///< as it came; a kept hook and `git push` get this without GATE_SIGNING_KEY (cli/git_push.hpp)

  bool had_no_stdin = false; ///< standard input was closed, which is not the same as empty
  std::vector<std::string> called_as = {}; ///< argv as it came, where `argv` has been shortened to a subcommand's; else empty

  /// What follows the command's name.
  std::vector<std::string> arguments() const { return {argv.begin() + 2, argv.end()}; }
};

/// The path of this very program, from /proc/self/exe; argv[0] where there is no /proc.
std::filesystem::path own_path(const Invocation& invocation);

/// Absolute: the program that people and hooks start. That is gate also where this is gate-full, which lies at
/// libexec/gate/gate-full beside bin/gate.
std::filesystem::path started_path(const Invocation& invocation);

} // namespace gate
