#include "os/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "os/files.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_captured_limit = 16U << 20U;
constexpr std::chrono::milliseconds k_tick{100};
// How long a grandchild that holds the pipe may delay us once the child itself has ended.
constexpr std::chrono::milliseconds k_pipe_grace{500};
constexpr std::chrono::milliseconds k_pipe_silence{50};

std::string reason_of(int error_number) {
  return std::generic_category().message(error_number);
}

Failure cannot_start(const std::string& program, int error_number) {
  return could_not_run("cannot start " + program + ": " + reason_of(error_number));
}

// The child shares this process's memory and stack until its exec (vfork(2)): a frame that it never leaves must not be
// marked as its own by the address sanitizer.
#define GATE_IN_CHILD __attribute__((no_sanitize_address))

/// What the child needs, laid out before vfork(2): after it nothing may allocate.
struct Prepared {
  std::string path;
  std::string cwd;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

Result<Prepared> prepare(const Command& command) {
  if (command.argv.empty()) {
    return could_not_run("cannot start a program without a name");
  }
  const std::optional<std::string> path = find_program(command.argv.front(), command.env);
  if (!path) {
    return could_not_run("cannot find " + command.argv.front() + " in PATH");
  }
  return Prepared{*path, command.cwd.string(), exec_list(command.argv), exec_list(command.env)};
}

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return could_not_run("cannot make a pipe: " + reason_of(errno));
  }
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

/// Standard input with this text in it, and then its end. PIPE_BUF is what any pipe takes before somebody reads.
Result<Fd> input_with(const std::string& text) {
  if (text.empty()) {
    Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    return nothing ? Result<Fd>(std::move(nothing)) : could_not_run("cannot open /dev/null: " + reason_of(errno));
  }
  if (text.size() > PIPE_BUF) {
    return could_not_run("a program is to read more than a pipe takes at once");
  }
  Result<Pipe> pipe = make_pipe();
  if (!pipe) {
    return Failure(pipe.error());
  }
  if (const Result<void> written = write_all(pipe->write_end.get(), text); !written) {
    return Failure(written.error());
  }
  return std::move(pipe->read_end);
}

/// The child's three streams; -1 leaves one as it is.
struct Streams {
  int in = -1;
  int out = -1;
  int err = -1;
  bool own_session = false;
};

[[noreturn]] GATE_IN_CHILD void give_up(int report_fd) {
  const int error_number = errno;
  const ssize_t written = write(report_fd, &error_number, sizeof error_number);
  _exit(written == sizeof error_number ? 127 : 126);
}

// Between vfork and exec: only what signal-safety(7) admits.
[[noreturn]] GATE_IN_CHILD void become(const Prepared& prepared, const Streams& streams, int report_fd, pid_t parent) {
  if (streams.own_session) {
    // Its own group, to be killed as one, and no terminal: a program in the background that asks one for a password is stopped
    // (SIGTTIN) for good, one without any says at once that it can't ask.
    setsid();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(127);
    }
#endif
  }
  static_cast<void>(parent);
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const std::array<std::pair<int, int>, 3> wanted{
      {{streams.in, STDIN_FILENO}, {streams.out, STDOUT_FILENO}, {streams.err, STDERR_FILENO}}};
  for (const auto& [from, to] : wanted) {
    if (from >= 0 && dup2(from, to) < 0) {
      give_up(report_fd);
    }
  }
#ifdef SYS_close_range
  constexpr unsigned k_close_on_exec = 4; // CLOSE_RANGE_CLOEXEC
  syscall(SYS_close_range, 3U, ~0U, k_close_on_exec);
#endif
  if (!prepared.cwd.empty() && chdir(prepared.cwd.c_str()) != 0) {
    give_up(report_fd);
  }
  execve(prepared.path.c_str(), prepared.argv.data(), prepared.envp.data());
  give_up(report_fd);
}

// The report pipe closes by itself when exec succeeds; else it carries errno.
Result<pid_t> start(const Prepared& prepared, const Streams& streams) {
  Result<Pipe> report = make_pipe();
  if (!report) {
    return Failure(report.error());
  }
  const pid_t parent = getpid();
  const pid_t child = vfork(); // fork(2) copies page tables, which costs more than most of what is started here
  if (child < 0) {
    return cannot_start(prepared.path, errno);
  }
  if (child == 0) {
    become(prepared, streams, report->write_end.get(), parent);
  }
  report->write_end = Fd();
  int error_number = 0;
  ssize_t got = 0;
  do {
    got = read(report->read_end.get(), &error_number, sizeof error_number);
  } while (got < 0 && errno == EINTR);
  if (got == sizeof error_number) {
    waitpid(child, nullptr, 0);
    return cannot_start(prepared.path, error_number);
  }
  return child;
}

CommandEnd reap(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    return {CommandEnd::How::signalled, WTERMSIG(status)};
  }
  return {CommandEnd::How::exited, WEXITSTATUS(status)};
}

/// Watches a running child: both pipes, its end, the deadline and the interrupt.
class Supervisor {
public:
  using Sink = std::function<bool(bool is_error, std::string_view)>; ///< false: enough, kill it

  Supervisor(pid_t child, Fd out, Fd err, const CommandLimits& limits, const Sink& sink)
      : m_child(child), m_out(std::move(out)), m_err(std::move(err)), m_limits(limits), m_sink(sink) {
#ifdef SYS_pidfd_open
    m_pidfd = Fd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
#endif
  }

  Result<CommandEnd> run();

private:
  bool wait_a_little();
  bool drain(Fd& pipe, bool is_error);
  bool child_has_ended();
  CommandEnd kill_group();
  void tick();

  pid_t m_child;
  Fd m_out;
  Fd m_err;
  Fd m_pidfd;
  const CommandLimits& m_limits;
  const Sink& m_sink;
  bool m_ended = false;
  bool m_enough = false;
  Clock::time_point m_last_tick = Clock::now();
};

CommandEnd Supervisor::kill_group() {
  kill(-m_child, SIGKILL);
  kill(m_child, SIGKILL); // in case it has left its group
  return reap(m_child);
}

void Supervisor::tick() {
  if (m_limits.tick && Clock::now() - m_last_tick >= k_tick) {
    m_last_tick = Clock::now();
    m_limits.tick();
  }
}

bool Supervisor::child_has_ended() {
  siginfo_t info{};
  // WNOWAIT leaves it a zombie: its id, and so its group's, stays ours until it is reaped.
  if (!m_ended && waitid(P_PID, static_cast<id_t>(m_child), &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
    m_ended = info.si_pid == m_child;
  }
  return m_ended;
}

// Gives false at the end of the file; hands on what there is.
bool Supervisor::drain(Fd& pipe, bool is_error) {
  std::array<char, 65536> buffer{};
  const ssize_t got = read(pipe.get(), buffer.data(), buffer.size());
  if (got > 0) {
    m_enough = !m_sink(is_error, {buffer.data(), static_cast<std::size_t>(got)});
    return true;
  }
  if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
    pipe = Fd();
    return false;
  }
  return true;
}

// Gives true when something was read.
bool Supervisor::wait_a_little() {
  auto patience = m_ended ? k_pipe_silence : k_tick;
  if (!m_pidfd && !m_out && !m_err) {
    patience = std::chrono::milliseconds(10);
  }
  if (m_limits.deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_limits.deadline - Clock::now());
    patience = std::clamp(left, std::chrono::milliseconds(0), patience);
  }
  const int interrupt = m_limits.interrupt != nullptr ? m_limits.interrupt->fd() : -1;
  std::array<pollfd, 4> waiting{{{m_out.get(), POLLIN, 0},
                                 {m_err.get(), POLLIN, 0},
                                 {m_ended ? -1 : m_pidfd.get(), POLLIN, 0},
                                 {interrupt, POLLIN, 0}}};
  if (poll(waiting.data(), waiting.size(), static_cast<int>(patience.count())) <= 0) {
    return false;
  }
  const bool out = waiting[0].revents != 0 && drain(m_out, false);
  const bool err = !m_enough && waiting[1].revents != 0 && drain(m_err, true);
  return out || err;
}

Result<CommandEnd> Supervisor::run() {
  std::optional<Clock::time_point> give_up_at;
  while (true) {
    // What a child writes last may arrive between a look at the pipes and the news of its end: look once
    // more.
    const bool last_look = m_ended;
    const bool read_something = wait_a_little();
    tick();
    if (m_enough) {
      kill_group();
      return could_not_run("a program wrote more than " + std::to_string(k_captured_limit >> 20U) + " MiB");
    }
    const bool pipes_closed = !m_out && !m_err;
    if (child_has_ended()) {
      give_up_at = give_up_at ? give_up_at : Clock::now() + k_pipe_grace;
      if (pipes_closed || (last_look && !read_something) || Clock::now() >= *give_up_at) {
        return reap(m_child);
      }
    }
    if (m_limits.called_off()) {
      kill_group();
      return interrupted();
    }
    if (m_limits.deadline && Clock::now() >= *m_limits.deadline && !m_ended) {
      kill_group();
      return CommandEnd{CommandEnd::How::timed_out, SIGKILL};
    }
  }
}

Result<CommandEnd> run_supervised(const Command& command, const CommandLimits& limits,
                                  const Supervisor::Sink& sink) {
  const Result<Prepared> prepared = prepare(command);
  if (!prepared) {
    return Failure(prepared.error());
  }
  if (limits.called_off()) {
    return interrupted();
  }
  const Result<Fd> in = input_with(command.input);
  Result<Pipe> out = make_pipe();
  Result<Pipe> err = make_pipe();
  if (!in || !out || !err) {
    return could_not_run("cannot start " + prepared->path + ": no file descriptors are left");
  }
  const Result<pid_t> child =
      start(*prepared, {in->get(), out->write_end.get(), err->write_end.get(), true});
  if (!child) {
    return Failure(child.error());
  }
  out->write_end = Fd();
  err->write_end = Fd();
  return Supervisor(*child, std::move(out->read_end), std::move(err->read_end), limits, sink).run();
}

} // namespace

bool CommandLimits::called_off() const {
  return (stop != nullptr && stop->load()) || (interrupt != nullptr && interrupt->raised());
}

Result<CommandEnd> run_streaming(const Command& command, const CommandLimits& limits,
                                 const std::function<void(std::string_view)>& on_output) {
  return run_supervised(command, limits, [&](bool, std::string_view bytes) {
    on_output(bytes);
    return true;
  });
}

Result<Captured> run_captured(const Command& command, const CommandLimits& limits) {
  Captured captured;
  const auto keep = [&](bool is_error, std::string_view bytes) {
    std::string& to = is_error ? captured.err : captured.out;
    to += bytes;
    return captured.out.size() + captured.err.size() <= k_captured_limit;
  };
  const Result<CommandEnd> end = run_supervised(command, limits, keep);
  if (!end) {
    return Failure(end.error());
  }
  captured.end = *end;
  return captured;
}

Result<CommandEnd> run_attached(const Command& command) {
  const Result<Prepared> prepared = prepare(command);
  if (!prepared) {
    return Failure(prepared.error());
  }
  const Result<pid_t> child = start(*prepared, {});
  if (!child) {
    return Failure(child.error());
  }
  return reap(*child);
}

std::optional<std::string> find_program(const std::string& name, const Environment& env) {
  const auto runnable = [](const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    return name; // exec says best what is wrong with it
  }
  const std::string path = value_of(env, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder = path.substr(begin, end - begin);
    begin = end + 1;
    // An empty or relative entry means the current folder, which may be a stranger's repository.
    if (folder.empty() || folder.front() != '/') {
      continue;
    }
    if (const std::string candidate = folder + "/" + name; runnable(candidate)) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::optional<std::string> value_of(const Environment& env, std::string_view name) {
  for (const std::string& entry : env) {
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.compare(0, name.size(), name) == 0) {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::vector<char*> exec_list(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    list.push_back(const_cast<char*>(text.c_str()));
  }
  list.push_back(nullptr);
  return list;
}

} // namespace gate
