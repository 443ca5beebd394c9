#include "engine/watchdog.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "engine/engine_api.hpp"
#include "engine/sweep.hpp"

namespace gate {

namespace {

constexpr int k_attempts = 60;
constexpr std::chrono::seconds k_between_attempts{5};
constexpr std::chrono::seconds k_attempt_limit{30};
constexpr int k_last_descriptor = 4096;

void close_all_but(int keep) {
  const int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) {
    dup2(nothing, fd);
  }
#ifdef __linux__
  if (close_range(3, static_cast<unsigned>(keep) - 1, 0) == 0 || keep == 3) {
    if (close_range(static_cast<unsigned>(keep) + 1, ~0U, 0) == 0) {
      return;
    }
  }
#endif
  for (int fd = 3; fd < k_last_descriptor; ++fd) {
    if (fd != keep) {
      close(fd);
    }
  }
}

// The Engine may just be starting again: it gets some minutes.
void clean_up(const std::string& socket_path, const std::string& run) {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    EngineApi api(socket_path);
    const Patience patience{std::chrono::steady_clock::now() + k_attempt_limit, nullptr, {}};
    if (api.connect(patience) && remove_run(api, run, true, patience) &&
        remove_image_names(api, run, patience)) {
      return;
    }
    std::this_thread::sleep_for(k_between_attempts);
  }
}

[[noreturn]] void watch(int lifeline, const std::string& socket_path, const std::string& run) {
  setsid();
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    sigaddset(&ending, signal);
  }
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  close_all_but(lifeline);
  if (chdir("/") != 0) {
    _exit(1);
  }
#ifdef __linux__
  prctl(PR_SET_NAME, "gate-watchdog");
#endif
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(lifeline, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 0) {
    clean_up(socket_path, run);
  }
  _exit(0);
}

} // namespace

Result<Watchdog> Watchdog::start(const std::string& socket_path, const std::string& run) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return could_not_run("cannot make a pipe: " + std::generic_category().message(errno));
  }
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) {
    return could_not_run("cannot start the watchdog: " + std::generic_category().message(errno));
  }
  if (pid == 0) {
    watch(read_end.get(), socket_path, run);
  }
  return Watchdog(pid, std::move(write_end));
}

Watchdog::Watchdog(Watchdog&& other) noexcept : m_pid(other.m_pid), m_lifeline(std::move(other.m_lifeline)) {}

void Watchdog::stand_down() {
  if (!m_lifeline || !write_all(m_lifeline.get(), "x")) {
    return;
  }
  m_lifeline = Fd();
  while (waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

} // namespace gate
