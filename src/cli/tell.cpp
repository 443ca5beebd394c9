#include "cli/tell.hpp"

#include "cli/terminal.hpp"
#include "report/text.hpp"

namespace gate {

ExitCode tell(const Error& error, const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  err.print(render(error, err.style("")));
  return exit_code_of(error.kind);
}

ExitCode tell(const PolicyFailure& failure, const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  if (!failure.problems.list.empty()) {
    err.print("gate: the policy can't be read\n" + render(failure.problems.list, err.style("")));
  }
  return failure.error ? tell(*failure.error, invocation) : ExitCode::usage;
}

} // namespace gate
