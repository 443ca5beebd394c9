// Judging one update by the rules of its ref. Pure: every update × every rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"
#include "policy/facts.hpp"
#include "policy/policy.hpp"
#include "policy/push.hpp"

namespace gate {

/// A rule broken by one ref update. The texts may hold bytes of commits and refs: hostile until a report cleans them.
struct Violation {
  std::string rule; ///< id, see rule_ids()
  RefName ref;
  std::string what;
  std::string why;
  Place origin; ///< the line of the policy; file empty when no line says it
  std::string remedy;
  Enforcement enforcement = Enforcement::active; ///< evaluate: told, denies nothing
  Bypass bypass = {};                            ///< who may break it, with a reason
};

/// The ids of all rules, in the order of the reference.
const std::vector<std::string>& rule_ids();

/// Where an update is judged, for sentences and commands.
struct Scene {
  std::string remote; ///< what the remote is called in commands that mend it
};

/// All rules that the update breaks: for every group of its rules, whatever the order. Two groups that find the same are one
/// violation, enforced as the stricter of them. `facts` hold what the rules need (Rules::needs_…).
std::vector<Violation> evaluate(const RefRules& rules, const RefUpdate& update, const UpdateFacts& facts, const Scene& scene);

/// Somebody's wish to break rules.
struct BypassRequest {
  std::string who;    ///< principal or e-mail address; empty: not known
  std::string reason; ///< never empty
};

/// What becomes of violations.
struct Decision {
  std::vector<Violation> denied;
  std::vector<Violation> told;     ///< of rules that are only evaluated
  std::vector<Violation> bypassed; ///< denied, if the request were not
};
Decision decide(std::vector<Violation> violations, const std::optional<BypassRequest>& request);

} // namespace gate
