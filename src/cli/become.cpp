#include "cli/become.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace {

Result<void> put_on_stdin(const std::string& text) {
  Fd file(memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) {
    return could_not_run(std::string("cannot keep standard input: ") + std::strerror(errno));
  }
  if (auto written = write_all(file.get(), text); !written) {
    return written;
  }
  constexpr int k_seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (fcntl(file.get(), F_ADD_SEALS, k_seals) != 0 || lseek(file.get(), 0, SEEK_SET) != 0 || dup2(file.get(), STDIN_FILENO) < 0) {
    return could_not_run(std::string("cannot hand on standard input: ") + std::strerror(errno));
  }
  return {};
}

void reset_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) {
    std::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

} // namespace

Error become(const std::string& program, const std::vector<std::string>& argv, const Environment& env,
             const std::optional<std::string>& stdin_text) {
  if (stdin_text) {
    if (auto put = put_on_stdin(*stdin_text); !put) {
      return put.error();
    }
  }
  reset_signals();
  execve(program.c_str(), exec_list(argv).data(), exec_list(env).data());
  return {ErrorKind::could_not_run, "cannot start " + program + ": " + std::strerror(errno), ""};
}

} // namespace gate
