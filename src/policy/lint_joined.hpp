// What can be told of a block's rules together with those of all others that match the same refs. For lint.
#pragma once

#include <string>
#include <vector>

#include "policy/lint.hpp"

namespace gate {

/// A ref on a remote, and what holds there; where active blocks contradict each other, how.
struct Trial {
  RefName ref;
  std::string remote;
  tl::expected<RefRules, std::vector<Diagnostic>> rules;
};

/// Every sample of the policy on every remote (policy/compare_samples.hpp). Keeps a reference to the policy.
class Trials {
public:
  explicit Trials(const Policy& policy);
  const std::vector<Trial>& all() const { return m_trials; }
  /// Those that the block speaks of.
  std::vector<const Trial*> of(const Block& block) const;

private:
  std::vector<Trial> m_trials;
};

/// Does the block hold for this remote?
bool speaks_of_remote(const Block& block, const std::string& remote);

/// What holds of the rules that are enforced at least so strictly.
Rules held(const RefRules& rules, Enforcement least, const RefName& ref);

/// Rules of the block that never decide anywhere, and refs that it matches where nothing can pass.
std::vector<Finding> lint_joined(const Block& block, const Trials& trials);

} // namespace gate
