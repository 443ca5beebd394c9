// A program that goes on when its parents are gone.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.hpp"
#include "os/files.hpp"
#include "os/process.hpp"

namespace gate {

/// The nearest of a process's ancestors whose name (proc(5), comm) is this, or begins with it and a dash: "git", "git-remote". Nothing
/// where there is none, or no /proc.
std::optional<pid_t> ancestor_named(const std::string& name, pid_t process);

/// Stands for a process that may end at any time; poll(2) says when it has. pidfd_open(2).
Result<Fd> watch_process(pid_t pid);

/// Returns once the process behind the descriptor has ended, or the time is over. True when it has ended.
bool wait_for_end(int process_fd, std::chrono::seconds at_most);

/// Starts argv[0] (a path) in a session of its own, as nobody's child here, with /dev/null as standard input and both outputs
/// appended to the log (made, 0600). It inherits `kept` under the same number, and no other descriptor. An error means that it
/// was not started.
Result<void> start_detached(const std::vector<std::string>& argv, const Environment& env, const std::filesystem::path& log, const Fd& kept);

} // namespace gate
