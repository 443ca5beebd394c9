// Judging a change of the policy itself, by the policy that it changes.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluate.hpp"

namespace gate {

/// The files of the tree that a policy is made of: `policy_file` itself, those beside it that it extends, and those that say who may sign.
std::set<std::string> policy_paths(const Policy& policy, std::string_view policy_file);

/// The rules that stand above all blocks: policy-missing, policy-serial, policy-owner (and history, where facts are missing). Always enforced, and
/// nobody can bypass them. Nothing to say where facts.policy_change is empty.
///
/// `judging` is the policy of the protected side. `facts` must reach back to the ref's old tip (for a new ref: to the policy
/// branch): commits, files and signatures of all that the ref gains, also of what other refs of the remote have already; else a change could
/// come in through a branch that nobody guards. Where no signed commit brought what the tip has (it came by a merge that took one
/// side, or the ref went back), the new tip itself must be signed. `policy_file` is where the policy stands in the tree.
std::vector<Violation> evaluate_policy_change(const Policy& judging, const RefUpdate& update, const UpdateFacts& facts, const Scene& scene,
                                              std::string_view policy_file = "gate.toml");

} // namespace gate
