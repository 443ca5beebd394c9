#include "os/detach.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gate {

namespace {

/// What proc(5) says in stat: "PID (NAME) STATE PPID ...".
struct ProcessEntry {
  std::string name;
  pid_t parent = 0;
};

std::optional<ProcessEntry> entry_of(pid_t process) {
  const auto text = read_file("/proc/" + std::to_string(process) + "/stat");
  if (!text || !*text) {
    return std::nullopt;
  }
  const std::string& stat = **text;
  const auto begin = stat.find('(');
  const auto end = stat.rfind(") "); // a name may hold anything
  constexpr std::size_t k_state = 4; // ") S "
  if (begin == std::string::npos || end == std::string::npos || end < begin || stat.size() < end + k_state) {
    return std::nullopt;
  }
  ProcessEntry entry{stat.substr(begin + 1, end - begin - 1), 0};
  std::from_chars(stat.data() + end + k_state, stat.data() + stat.size(), entry.parent);
  return entry;
}

// Linux before 5.9 has no close_range(2), and readdir(3) is nothing for between fork and exec.
void close_listed_but(int kept) {
  const int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  alignas(dirent64) std::array<char, 2048> list{};
  long got = 0;
  while ((got = syscall(SYS_getdents64, folder, list.data(), list.size())) > 0) {
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(list.data() + at); // getdents64(2) lays them out so
      int number = 0;
      for (const char* digit = entry->d_name; *digit >= '0' && *digit <= '9'; ++digit) {
        number = number * 10 + (*digit - '0');
      }
      if (number > STDERR_FILENO && number != kept && number != folder) {
        close(number);
      }
      at += entry->d_reclen;
    }
  }
  close(folder);
}

// Between fork and exec only what signal-safety(7) admits.
[[noreturn]] void become_detached(char* const* argv, char* const* env, int null, int log, int kept) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) {
    signal(number, SIG_DFL);
  }
  const bool ready = setsid() >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0;
  // Whoever waits for the end of a pipe that git was given must not wait for this program.
  const long first = STDERR_FILENO + 1;
  if (kept > first) {
    syscall(SYS_close_range, first, kept - 1, 0);
  }
  if (syscall(SYS_close_range, kept + 1, ~0U, 0) != 0) {
    close_listed_but(kept);
  }
  if (ready && fcntl(kept, F_SETFD, 0) == 0 && fork() == 0) {
    execve(argv[0], argv, env);
    _exit(127);
  }
  _exit(ready ? 0 : 1);
}

} // namespace

std::optional<pid_t> ancestor_named(const std::string& name, pid_t process) {
  constexpr int k_highest = 64; // processes come and go while this climbs: no circle may hold it
  auto entry = entry_of(process);
  for (int steps = 0; entry && entry->parent > 0 && steps < k_highest; ++steps) {
    const pid_t parent = entry->parent;
    entry = entry_of(parent);
    if (entry && (entry->name == name || entry->name.rfind(name + "-", 0) == 0)) {
      return parent;
    }
  }
  return std::nullopt;
}

Result<Fd> watch_process(pid_t pid) {
  Fd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) {
    return could_not_run(std::string("cannot watch a process: ") + std::strerror(errno));
  }
  // 0 to 2 are streams in the program that inherits it.
  Fd high(fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  return high ? Result<Fd>(std::move(high)) : could_not_run(std::string("cannot watch a process: ") + std::strerror(errno));
}

bool wait_for_end(int process_fd, std::chrono::seconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return false;
    }
    pollfd process{process_fd, POLLIN, 0};
    const int ready = poll(&process, 1, static_cast<int>(left.count()));
    if (ready > 0) {
      return true;
    }
    if (ready < 0 && errno != EINTR) {
      return false;
    }
  }
}

Result<void> start_detached(const std::vector<std::string>& argv, const Environment& env, const std::filesystem::path& log, const Fd& kept) {
  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  const Fd output(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!null || !output) {
    return tl::unexpected(file_error("open", log, errno));
  }
  const auto words = exec_list(argv);
  const auto variables = exec_list(env);
  const pid_t child = fork();
  if (child == 0) {
    become_detached(words.data(), variables.data(), null.get(), output.get(), kept.get());
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return could_not_run("cannot start " + argv.front() + " in the background");
  }
  return {};
}

} // namespace gate
