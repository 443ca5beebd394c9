// How two policies differ in what they admit, whatever their texts look like.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace gate {

enum class Direction : std::uint8_t {
  loosens,  ///< something is admitted that was not, or by more people
  tightens, ///< the reverse
  changes,  ///< neither can be told, so that it may loosen
  same,     ///< what is admitted stays the same, and what is only told, or named, changes
};
/// "loosens", "tightens", "changes", "admits the same".
std::string_view name_of(Direction direction);

/// One thing that is said differently. Its texts come from the policies: hostile.
struct PolicyDifference {
  std::vector<std::string> where; ///< patterns of refs: "staging", "tag v*", "any other branch"; empty: the policy as a whole
  std::string what;               ///< the key: "allow", "commits.message", "bypass", "suite.api"
  std::string from;               ///< in words: "merge", "nothing"
  std::string to;
  Direction direction = Direction::changes;
};

/// What changes when `a` gives way to `b`. For every set of patterns of either that can match one ref, both are tried with such a ref, on
/// each remote that either names and on another; so are a branch and a tag that no pattern matches. Where patterns overlap in too many ways
/// for that, and the blocks differ, there is a difference "match" (changes). What several patterns have in common is one difference. A policy
/// compared with itself has none, and compare(b, a) has the same ones mirrored.
std::vector<PolicyDifference> compare(const Policy& a, const Policy& b);

/// Somebody has to look at it: what can't be told counts as what loosens.
bool may_loosen(const PolicyDifference& difference);

} // namespace gate
