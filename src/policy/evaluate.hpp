// Judging one update by the rules of its ref. Pure: every update × every rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"
#include "policy/policy.hpp"
#include "policy/push.hpp"

namespace gate {

/// A rule broken by one ref update. The texts may hold bytes of commits and refs: hostile until a report cleans them.
struct Violation {
  std::string rule; ///< id: direct-push, merge, merge-source, fast-forward, force-push, creation, deletion, history, suite
  RefName ref;
  std::string what;
  std::string why;
  Place origin; ///< the line of the policy; file empty when no line says it
  std::string remedy;
};

/// What judging this update needs to be known: nothing for a ref that admits every shape, and for creation and deletion.
bool needs_history(const RefRules& rules, const RefUpdate& update);

/// All rules that the update breaks. `remote` is what the remote is called in commands that mend it; `history` is
/// there whenever needs_history says so.
std::vector<Violation> evaluate(const RefRules& rules, const RefUpdate& update, const std::optional<History>& history,
                                const std::string& remote);

} // namespace gate
