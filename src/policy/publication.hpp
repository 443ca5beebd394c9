// What a [publish.NAME] table of the policy says. Format: docs/policy.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"
#include "policy/image_name.hpp"

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

inline constexpr std::string_view k_env_prefix = "env:";         ///< of a placeholder in `to`
inline constexpr std::string_view k_commit_placeholder = "commit"; ///< in a tag
inline constexpr std::string_view k_branch_placeholder = "branch";

/// What stands for each "{…}" of a template, and the text around it; a brace that is never closed is part of the text.
std::string filled_in(std::string_view text, const std::function<std::string(std::string_view)>& value_of);

/// The names between the braces of a template.
std::vector<std::string> placeholders_of(std::string_view text);

/// May a variable of the environment be called this? Letters, digits and '_', not beginning with a digit.
bool is_variable_name(std::string_view name);

/// The image's name, with the variables of the environment put in. An unset or empty variable, or a name that no registry
/// admits, is an error (usage) that names the rule's place.
Result<ImageName> destination_of(const PublishRule& rule, const ImageDestination& image,
                                 const std::function<std::optional<std::string>(std::string_view)>& variable);

/// Pairs of rules that would take a tag from each other.
std::vector<Diagnostic> disputed_tags(const std::vector<PublishRule>& rules);

/// The tag for this branch and commit; what a tag can't hold becomes '-'.
std::string tag_for(std::string_view tag_template, const RefName& branch, const Oid& commit);

} // namespace gate
