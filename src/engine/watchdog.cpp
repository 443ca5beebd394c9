#include "engine/watchdog.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "engine/engine_api.hpp"
#include "engine/sweep.hpp"
#include "os/detach.hpp"

namespace gate {

namespace {

constexpr int k_attempts = 60;
constexpr std::chrono::seconds k_between_attempts{5};
constexpr std::chrono::seconds k_attempt_limit{30};
constexpr std::chrono::seconds k_end_limit{1}; // a process that closes its descriptors one by one
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

using Clock = std::chrono::steady_clock;

Patience one_attempt() {
  return {Clock::now() + k_attempt_limit, nullptr, {}};
}

/// The watchdog's side. What it is told, a line each: "expect RUN", "forget RUN", "run RUN cut", "run RUN done".
class Keeper {
public:
  Keeper(int lifeline, const Endpoint& endpoint, ProcessIdentity process)
      : m_lifeline(lifeline), m_api(endpoint), m_process(std::move(process)), m_end(watch_process(m_process.pid)) {}

  /// Returns when there is nothing left to remove, or nothing that could be.
  void work();

private:
  void listen(std::chrono::milliseconds at_most);
  void take_line(std::string_view line);
  void take_over();
  bool remove_pending();
  bool remove_rest();
  bool give_time();
  bool process_has_ended() const;

  int m_lifeline;
  EngineApi m_api;
  ProcessIdentity m_process;
  Result<Fd> m_end; ///< the process's
  std::string m_heard; ///< the beginning of a line
  bool m_left_alone = false;
  bool m_was_cut = false;
  std::set<std::string> m_expected;
  std::map<std::string, bool> m_pending; ///< whether it was cut
  int m_failures = 0; ///< in a row
};

void Keeper::take_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string_view what = line.substr(0, space);
  const std::string_view rest = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  const std::string run(rest.substr(0, rest.find(' ')));
  if (what == "expect") {
    m_expected.insert(run);
    return;
  }
  m_expected.erase(run);
  if (what == "run") {
    m_pending[run] = rest.size() > run.size() && rest.substr(run.size() + 1) == "cut";
  }
}

void Keeper::listen(std::chrono::milliseconds at_most) {
  pollfd waiting{m_lifeline, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(at_most.count())) <= 0) {
    return;
  }
  std::array<char, 4096> buffer{};
  const ssize_t got = read(m_lifeline, buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    return;
  }
  if (got <= 0) {
    take_over();
    return;
  }
  m_heard.append(buffer.data(), static_cast<std::size_t>(got));
  for (std::size_t end = m_heard.find('\n'); end != std::string::npos; end = m_heard.find('\n')) {
    take_line(std::string_view(m_heard).substr(0, end));
    m_heard.erase(0, end + 1);
  }
}

// Who made the runs is no more. What it was in the middle of was cut.
void Keeper::take_over() {
  m_left_alone = true;
  m_was_cut = !m_expected.empty();
  for (const std::string& run : m_expected) {
    m_pending[run] = true;
  }
  m_expected.clear();
}

// One attempt for each.
bool Keeper::remove_pending() {
  if (!m_api.connect(one_attempt())) {
    return false;
  }
  for (auto next = m_pending.begin(); next != m_pending.end();) {
    const auto& [run, cut] = *next;
    const bool removed = remove_run(m_api, run, cut, one_attempt()) && remove_image_names(m_api, run, one_attempt());
    next = removed ? m_pending.erase(next) : std::next(next);
  }
  return m_pending.empty();
}

bool Keeper::process_has_ended() const {
  return m_end ? wait_for_end(m_end->get(), k_end_limit) : m_process.is_dead();
}

// By whose it is, not by what was said of it; then what other gates have left. A process that goes on may have other runs by now.
bool Keeper::remove_rest() {
  if (!m_api.connect(one_attempt()) ||
      (process_has_ended() && !remove_runs_of(m_api, m_process, m_was_cut, one_attempt()))) {
    return false;
  }
  static_cast<void>(sweep_dead_runs(m_api, one_attempt()));
  return true;
}

// After an attempt that failed: the Engine may just be starting again, it gets some minutes. False: enough.
bool Keeper::give_time() {
  ++m_failures;
  const Clock::time_point end = Clock::now() + k_between_attempts;
  while (!m_left_alone && Clock::now() < end) {
    listen(std::max(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()), std::chrono::milliseconds(0)));
  }
  std::this_thread::sleep_until(end);
  return m_failures < k_attempts;
}

void Keeper::work() {
  while (!m_left_alone || !m_pending.empty()) {
    if (m_pending.empty()) {
      listen(std::chrono::milliseconds(-1));
    } else if (remove_pending()) {
      m_failures = 0;
    } else if (!give_time()) {
      m_failures = 0;
      m_pending.clear();
    }
  }
  while (!remove_rest() && give_time()) {
  }
}

[[noreturn]] void watch(int lifeline, const Endpoint& endpoint, const ProcessIdentity& process) {
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
  Keeper(lifeline, endpoint, process).work();
  _exit(0);
}

} // namespace

Result<Watchdog> Watchdog::start(const Endpoint& endpoint) {
  // Not a pipe: to write into one that nobody reads any more is a signal.
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return could_not_run("cannot make a socket: " + std::generic_category().message(errno));
  }
  Fd its_end(ends[0]);
  Fd own_end(ends[1]);
  const ProcessIdentity own = ProcessIdentity::own();
  const pid_t pid = fork();
  if (pid < 0) {
    return could_not_run("cannot start the watchdog: " + std::generic_category().message(errno));
  }
  if (pid == 0) {
    watch(its_end.get(), endpoint, own);
  }
  return Watchdog(std::move(own_end));
}

Watchdog::Watchdog(Watchdog&& other) noexcept : m_lifeline(std::move(other.m_lifeline)) {}

// A line is far shorter than what the kernel takes at once: threads never mix theirs. A watchdog that is too busy to read is as
// good as none.
Result<void> Watchdog::tell(const std::string& line) {
  ssize_t sent = 0;
  do {
    sent = send(m_lifeline.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent != static_cast<ssize_t>(line.size())) {
    return could_not_run("the watchdog, which removes what a suite has made, is gone", "run it again");
  }
  return {};
}

Result<void> Watchdog::expect(const std::string& run) {
  return tell("expect " + run + "\n");
}

void Watchdog::forget(const std::string& run) {
  static_cast<void>(tell("forget " + run + "\n"));
}

Result<void> Watchdog::hand_over(const std::string& run, bool cut) {
  return tell("run " + run + (cut ? " cut\n" : " done\n"));
}

} // namespace gate
