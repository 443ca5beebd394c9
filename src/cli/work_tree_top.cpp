#include "cli/work_tree_top.hpp"

#include <system_error>

#include "cli/child_environment.hpp"
#include "git/repository.hpp"

namespace gate {

Result<std::filesystem::path> work_tree_top(const Invocation& invocation) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  if (failed) {
    return could_not_run("the current folder is gone: " + failed.message(), "change into the repository");
  }
  const auto repository = open_repository(child_environment(invocation.env), here);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  const auto top = (*repository)->work_dir();
  if (!top) {
    return fail(ErrorKind::usage, "this repository is bare: it has no work tree with a gate.toml", "do it in a clone");
  }
  return *top;
}

} // namespace gate
