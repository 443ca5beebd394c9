#include "os/detach.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gate {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (const auto& text : texts) {
    list.push_back(const_cast<char*>(text.c_str())); // execve(2) does not change them
  }
  list.push_back(nullptr);
  return list;
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
  syscall(SYS_close_range, kept + 1, ~0U, 0);
  if (ready && fcntl(kept, F_SETFD, 0) == 0 && fork() == 0) {
    execve(argv[0], argv, env);
    _exit(127);
  }
  _exit(ready ? 0 : 1);
}

} // namespace

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
  const auto words = pointers(argv);
  const auto variables = pointers(env);
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
