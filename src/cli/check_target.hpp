// What gate check judges: a push of one update, from flags, from CI's variables or from the branch's upstream.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/invocation.hpp"
#include "git/repository.hpp"
#include "policy/push.hpp"

namespace gate {

struct CheckFlags {
  std::optional<std::string> branch;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> remote;
};

struct CheckTarget {
  Push push;          ///< no updates: the event has nothing to judge (a deleted branch)
  std::string origin; ///< where it was found out, for people
  bool is_head = false; ///< the work tree's own commit, without flags or CI: uncommitted changes are worth a word
};

/// A flag wins over CI's variables, these over the upstream. What can't be known is an error of kind usage that names the
/// flag or the setting which mends it. So is a bare repository.
Result<CheckTarget> find_check_target(const CheckFlags& flags, const Environment& env, OpenRepository& repository);

} // namespace gate
