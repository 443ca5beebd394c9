// What a [publish.NAME] table of the policy says. Format: docs/policy.md.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"

namespace gate {

/// The image that a suite tested goes to a registry.
struct ImageDestination {
  enum class BranchTag {
    after_push, ///< a branch tag moves once the remote's branch has the commit
    at_merge,   ///< at once
  };

  std::string suite;
  /// An image name; "{env:NAME}" in it stands for a variable of the environment.
  std::string to;
  std::vector<std::string> commit_tags; ///< templates with "{commit}": each names one commit for ever
  std::vector<std::string> branch_tags; ///< templates without: they move
  BranchTag branch_tag = BranchTag::after_push;
};

/// A Docker Hub automated build is asked for. The URL is a secret, so that the policy names the variable that holds it.
struct BuildTrigger {
  std::string variable;
};

struct PublishRule {
  enum class By { anyone, local, ci };
  enum class Finish {
    automatic, ///< after a plain `git push` by a finisher in the background
    manual,    ///< by `gate push` and `gate publish` only
  };

  std::string name;
  Place place;
  RefName branch;
  std::variant<ImageDestination, BuildTrigger> what;
  By by = By::anyone;
  Finish finish = Finish::automatic;
};

} // namespace gate
