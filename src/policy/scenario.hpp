// An update described in a few lines, and what a policy is expected to make of it. Format: policies/README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"
#include "policy/evaluate.hpp"
#include "policy/facts.hpp"
#include "policy/policy.hpp"
#include "policy/shape.hpp"

namespace gate {

struct DescribedFile {
  std::string path;
  std::int64_t size = 0; ///< bytes
  bool is_removed = false;
  bool has_secret = false;
};

struct DescribedCommit {
  std::string message;
  std::string author;    ///< e-mail address
  std::string committer; ///< e-mail address
  Signature signature;
  std::vector<DescribedFile> files;
  std::optional<RemadeMerge::Outcome> merge; ///< only a merge has one
};

/// What is to come of it. The lists are sets of rule ids, or of suites; one that is not there is not looked at.
struct Expectation {
  std::vector<std::string> refused; ///< ids that deny; none: the update is allowed
  std::optional<std::vector<std::string>> told;
  std::optional<std::vector<std::string>> bypassed;
  std::optional<std::vector<std::string>> suites;
};

struct Scenario {
  std::string name;
  Place place;
  RefName ref;
  Shape update = Shape::commit;
  std::optional<RefName> of;            ///< the branch whose tip contains what is merged, or where a fast-forward goes
  std::vector<DescribedCommit> commits; ///< new ones, in the order in which they were made
  bool is_turned_around = false;        ///< the merges were made on the other side: the old tip is a second parent
  std::optional<Signature> tag;         ///< an annotated tag is pushed, so signed
  std::optional<PolicyChange> policy_change;
  std::string remote;
  std::chrono::system_clock::time_point at;
  std::optional<BypassRequest> bypass;
  Expectation expected;
};

/// One thing that came out otherwise.
struct ScenarioMismatch {
  std::string expected;
  std::string came;
  std::vector<std::string> reasons; ///< sentences: what was found, and by which line
};

struct ScenarioResult {
  std::string name;
  Place place;
  std::vector<ScenarioMismatch> mismatches;

  bool passed() const { return mismatches.empty(); }
};

/// The described update with the facts that a repository would have given. `rules` are those of its ref: what `from` names decides
/// whether a merged branch is foreign.
struct ToldUpdate {
  RefUpdate update;
  UpdateFacts facts;
};
ToldUpdate tell(const Scenario& scenario, const RefRules& rules);

/// Judges it by the policy, as a push would be.
ScenarioResult try_out(const Scenario& scenario, const Policy& policy);

} // namespace gate
