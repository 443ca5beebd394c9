// What `gate policy` tells.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/compare.hpp"
#include "policy/describe.hpp"
#include "policy/lint.hpp"
#include "report/text.hpp"

namespace gate {

/// One line each: "gate.toml:3:7: error: …; HINT". Nothing for none.
std::string render(const std::vector<Finding>& findings, const TextStyle& style);

/// One line each: "staging: allow  merge → merge and commit   (loosens)", what loosens first, then what may. "the two policies mean the same" for none.
std::string render(const std::vector<PolicyDifference>& differences, const TextStyle& style);

/// The whole policy: its layers, then every block with its rules and their places, suites, and who may change it.
std::string render_policy(const Policy& policy, const TextStyle& style);

/// A ref and what holds for it.
struct RefExplanation {
  enum class Detail {
    what_holds, ///< each rule and where it stands
    every_line, ///< also the lines that agree with it or don't count
  };
  RefName ref;
  std::optional<std::string> remote;
  std::string judged_by; ///< whose policy it is, for people: "gate.toml of the work tree"
  const Policy& policy;
  const RefRules& rules;
  Detail detail = Detail::every_line;
};
/// Whether it is protected, its suites, and every rule that holds for it.
std::string render(const RefExplanation& explanation, const TextStyle& style);

} // namespace gate
