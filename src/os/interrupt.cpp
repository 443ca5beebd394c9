#include "os/interrupt.hpp"

#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace gate {

namespace {

// What nohup(1) ignores stays ignored. INT is taken even so: a shell without job control ignores it for
// whatever it starts in the background, and then nothing short of KILL would end a run.
sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction hup {};
  if (sigaction(SIGHUP, nullptr, &hup) == 0 && hup.sa_handler != SIG_IGN) {
    sigaddset(&set, SIGHUP);
  }
  return set;
}

} // namespace

Interrupt::Interrupt() : m_fd(-1) {
  const sigset_t set = watched_signals();
  // Blocked first: a signal that comes in between waits for the descriptor.
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  m_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (m_fd < 0) {
    // Without a way to hear of them, they must at least still end the process.
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }
}

Interrupt::~Interrupt() {
  if (m_fd >= 0) {
    // Whoever asked raised() has dealt with them: unblocking must not end the process now.
    signalfd_siginfo info{};
    while (read(m_fd, &info, sizeof info) == sizeof info) {
    }
    close(m_fd);
  }
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool Interrupt::raised() const {
  if (m_fd < 0) {
    return false;
  }
  pollfd waiting{m_fd, POLLIN, 0};
  return poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0;
}

Failure interrupted() {
  return fail(ErrorKind::interrupted, "interrupted");
}

} // namespace gate
