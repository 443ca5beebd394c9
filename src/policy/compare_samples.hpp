// Refs and remotes to try policies with. For compare and lint.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.hpp"

namespace gate {

struct SampleRef {
  std::string label; ///< the narrowest patterns that match: "staging", "a* and *b"; "any other branch", "any other tag"
  RefName ref;
};

struct SampleRefs {
  /// In the order of the patterns, then where several overlap, then what none matches.
  std::vector<SampleRef> refs;
  /// Every set of patterns that can match one ref has one here. False when there are too many of them: then each pattern has one.
  bool is_complete = true;
};

/// For the patterns of all blocks of these policies. Names that nobody gives to a branch stand for wildcards where that is the same.
/// Takes time in the number of patterns and their lengths, with a bound where their overlaps multiply.
SampleRefs sample_refs(const std::vector<const Policy*>& policies);

/// The remotes that some block names, and one that none does (no remote can be called so), which comes last.
std::vector<std::string> sample_remotes(const std::vector<const Policy*>& policies);

} // namespace gate
