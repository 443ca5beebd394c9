#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "cli/become.hpp"
#include "cli/build_id.hpp"
#include "cli/command.hpp"
#include "cli/terminal.hpp"

namespace {

// A program started with 0, 1 or 2 closed would open its own files there and print into them. True if 0 was closed.
bool fill_standard_streams() {
  int fd = open("/dev/null", O_RDWR);
  const bool had_no_stdin = fd == STDIN_FILENO;
  while (fd >= 0 && fd <= STDERR_FILENO) {
    fd = open("/dev/null", O_RDWR);
  }
  close(fd);
  return had_no_stdin;
}

gate::Environment strings_of(char** list) {
  gate::Environment strings;
  for (; *list != nullptr; ++list) {
    strings.emplace_back(*list);
  }
  return strings;
}

// gate names its build when it becomes gate-full; the two must be of one.
bool takes_over_from_another_build(gate::Environment& env) {
  const auto build = gate::value_of(env, gate::k_build_variable);
  std::erase_if(env, [](const std::string& v) { return v.rfind(std::string(gate::k_build_variable) + "=", 0) == 0; });
  return build && *build != gate::k_build_id;
}

} // namespace

int main(int argc, char** argv, char** envp) {
  const bool had_no_stdin = fill_standard_streams();
  // A reader that goes away must not end a run before it has cleaned up.
  std::signal(SIGPIPE, SIG_IGN);
  gate::Invocation invocation{{argv, argv + argc}, strings_of(envp), had_no_stdin};
  if (takes_over_from_another_build(invocation.env)) {
    const gate::Terminal err(gate::Terminal::Stream::err, invocation.env);
    err.print(render(gate::Error{gate::ErrorKind::could_not_run, "gate and gate-full are of different builds", "reinstall gate, as its README says"},
                     err.style("")));
    return static_cast<int>(gate::ExitCode::could_not_run);
  }
  return static_cast<int>(gate::run(invocation));
}
