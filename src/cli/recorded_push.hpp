// What `git push` with these arguments would push, as git itself works it out.
#pragma once

#include <string>
#include <vector>

#include "cli/invocation.hpp"
#include "policy/push.hpp"

namespace gate {

struct RecordedPush {
  std::vector<Push> pushes; ///< one for each URL of the remote; those without updates left out
  CommandEnd git_end;       ///< of the dry run: git may refuse some ref by itself (e.g. it is not up to date)
  std::string git_said;     ///< its standard error
};

/// Runs `git push --dry-run` with a hook that writes down what git gives to pre-push. The connection that this opens is
/// closed again when it returns.
Result<RecordedPush> record_push(const std::vector<std::string>& arguments, const Invocation& invocation,
                                 const std::filesystem::path& scratch);

} // namespace gate
