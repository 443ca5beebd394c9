// What a [publish.NAME] table of the policy says. Format: docs/policy.md.
#pragma once

#include <chrono>
#include <cstddef>
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

/// One image of a suite, and where it goes.
struct PublishedImage {
  std::string service;         ///< of the suite's compose file; empty: the image that the test itself ran in
  std::vector<std::string> to; ///< image names; "{env:NAME}" in one stands for a variable of the environment
};

/// Images that a suite tested go to registries.
struct ImageDestination {
  enum class BranchTag {
    after_push, ///< a branch tag moves once the remote's branch has the commit
    at_merge,   ///< at once
  };

  std::string suite;
  std::vector<PublishedImage> images;   ///< at least one; no two go to the same place
  std::vector<std::string> commit_tags; ///< templates with "{commit}" or "{short_commit}": each names one commit for ever; the first has "{commit}"
  std::vector<std::string> branch_tags; ///< templates without: they move
  BranchTag branch_tag = BranchTag::after_push;
  std::vector<std::string> platforms = {}; ///< "linux/arm64", … (OCI image-spec, config.md); empty: the tested image alone
  bool create = false;                ///< a repository of AWS ECR that is not there is made
  std::string from = {}; ///< NAME of another [publish.NAME]: what that one has published of the same commit or tree is given these tags; may be empty
  Place from_place = {};
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
  std::string git_tag = {}; ///< a template: the commit is tagged in git with it once the image is out; may be empty
  std::string webhook = {}; ///< the variable that holds a URL which is called once the publication is done; may be empty
};

/// What the templates of tags are filled with.
struct TagFacts {
  RefName branch;
  Oid commit;
  Oid tree;
  std::chrono::system_clock::time_point date; ///< the commit's own (committer)
  std::string version;                        ///< the nearest tag in git that the commit has; empty: there is none
};

inline constexpr std::string_view k_env_prefix = "env:";         ///< of a placeholder in `to`
/// What a tag may be made of: "commit", "short_commit" (12 digits), "branch", "tree", "date" (YYYY-MM-DD, UTC), "version".
bool is_tag_placeholder(std::string_view name);
/// Does a tag of this template name one commit for ever?
bool is_commit_tag(std::string_view tag_template);

/// What stands for each "{…}" of a template, and the text around it; a brace that is never closed is part of the text.
std::string filled_in(std::string_view text, const std::function<std::string(std::string_view)>& value_of);

/// The names between the braces of a template.
std::vector<std::string> placeholders_of(std::string_view text);

/// May a variable of the environment be called this? Letters, digits and '_', not beginning with a digit.
bool is_variable_name(std::string_view name);

/// An image's name (one of PublishedImage::to), with the variables of the environment put in. An unset or empty variable, or a name
/// that no registry admits, is an error (usage) that names the rule's place.
Result<ImageName> destination_of(const PublishRule& rule, const std::string& to,
                                 const std::function<std::optional<std::string>(std::string_view)>& variable);

/// Where `from` takes the image of a service for its destination at `position`: what `source` publishes of the same service at the same
/// position, else its first. Null: it publishes none of that service.
const std::string* promotion_source(const ImageDestination& source, const std::string& service, std::size_t position);

/// Pairs of rules that would take a tag from each other.
std::vector<Diagnostic> disputed_tags(const std::vector<PublishRule>& rules);

/// The tag for this commit; what a tag can't hold becomes '-'. A template with "{version}" is an error (usage) where there is none.
Result<std::string> tag_for(std::string_view tag_template, const TagFacts& facts);

/// The name of a tag in git (without refs/tags/) for this commit; nothing that git admits is changed ('/' stays). Errors as above, and
/// where git does not admit the name.
Result<std::string> git_tag_for(std::string_view tag_template, const TagFacts& facts);

/// What fits the tags that these rules make in git, as gitglossary(7)'s patterns have it: no version of the software is called that.
std::vector<std::string> git_tag_patterns(const std::vector<PublishRule>& rules);

} // namespace gate
