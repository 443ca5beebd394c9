// Running programs: an argv vector, never a shell.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace gate {

class Interrupt;

using Environment = std::vector<std::string>; ///< "NAME=value" each

struct Command {
  std::vector<std::string> argv; ///< argv[0] is looked up in the PATH of `env` unless it holds a slash
  Environment env;               ///< the whole environment of the child: nothing is inherited
  std::filesystem::path cwd;     ///< empty: this process's
  std::string input = {};        ///< what it reads as standard input, at most 4 KiB; not for run_attached
};

struct CommandLimits {
  std::optional<std::chrono::steady_clock::time_point> deadline; ///< then the child's process group is killed
  const Interrupt* interrupt = nullptr;                          ///< likewise when it is raised
  std::function<void()> tick;                                    ///< called about ten times a second; may be empty
  const std::atomic<bool>* stop = nullptr;                       ///< likewise once it is true: an error as for an interrupt

  /// The interrupt is raised, or `stop` is true. Does not block.
  bool called_off() const;
};

struct CommandEnd {
  enum class How { exited, signalled, timed_out };
  How how = How::exited;
  int code = 0; ///< exit code, or signal number

  bool ok() const { return how == How::exited && code == 0; }
};

struct Captured {
  CommandEnd end;
  std::string out;
  std::string err;
};

/// Runs to the end with the command's input (or /dev/null) as standard input and hands out both outputs as they come. It has a session of its
/// own and so no terminal: nothing can be asked of the user. An error means that it could not be started (with the reason), or
/// ErrorKind::interrupted after the child and its group were killed.
Result<CommandEnd> run_streaming(const Command& command, const CommandLimits& limits,
                                 const std::function<void(std::string_view)>& on_output);

/// The same, with both outputs kept apart and in memory; more than 16 MiB is an error.
Result<Captured> run_captured(const Command& command, const CommandLimits& limits = {});

/// Runs with this process's own three streams, and waits. For `git push`.
Result<CommandEnd> run_attached(const Command& command);

/// Where the PATH of this environment has the program; nothing when it has not.
std::optional<std::string> find_program(const std::string& name, const Environment& env);

/// The value of a variable.
std::optional<std::string> value_of(const Environment& env, std::string_view name);

/// The list that execve(2) takes, which changes neither it nor the texts; valid while they live and stay as they are.
std::vector<char*> exec_list(const std::vector<std::string>& texts);

} // namespace gate
