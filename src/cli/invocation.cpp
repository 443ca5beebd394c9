#include "cli/invocation.hpp"

#include <system_error>

namespace gate {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::usage:
  case ErrorKind::policy:
    return ExitCode::usage;
  case ErrorKind::interrupted:
    return ExitCode::interrupted;
  case ErrorKind::could_not_run:
    break;
  }
  return ExitCode::could_not_run;
}

std::filesystem::path own_path(const Invocation& invocation) {
  std::error_code failed;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::absolute(invocation.argv.front(), failed) : path;
}

std::filesystem::path started_path(const Invocation& invocation) {
  const auto path = own_path(invocation);
  return path.filename() == "gate-full" ? path.parent_path().parent_path().parent_path() / "bin" / "gate" : path;
}

} // namespace gate
