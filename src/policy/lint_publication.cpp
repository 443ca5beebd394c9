#include "policy/lint_publication.hpp"

#include <algorithm>
#include <string_view>

namespace gate {

namespace {

// A private registry's host is ACCOUNT.dkr.ecr.REGION.… or ACCOUNT.dkr-ecr.REGION.… (amazon-ecr-credential-helper, ecr-login/api/client.go).
// What a variable says is not known here.
bool may_be_ecr(std::string_view to) {
  const auto host = to.substr(0, to.find('/'));
  return host.find("{") != std::string_view::npos || host.find(".dkr.ecr") != std::string_view::npos || host.find(".dkr-ecr") != std::string_view::npos ||
         host == "public.ecr.aws" || host == "ecr-public.aws.com";
}

bool goes_to_ecr(const ImageDestination& image) {
  return std::any_of(image.images.begin(), image.images.end(), [](const PublishedImage& published) {
    return std::any_of(published.to.begin(), published.to.end(), [](const std::string& to) { return may_be_ecr(to); });
  });
}

} // namespace

std::vector<Finding> lint_publication(const PublishRule& rule) {
  std::vector<Finding> findings;
  const auto warn = [&](std::string message, std::string hint) {
    findings.push_back({Finding::Severity::warning, {rule.place, "[publish." + rule.name + "] " + std::move(message), std::move(hint)}});
  };
  const auto* const image = std::get_if<ImageDestination>(&rule.what);
  if (image != nullptr && image->create && !goes_to_ecr(*image)) {
    warn("creates repositories of AWS ECR, and publishes to none: \"create\" has no effect", "take it away");
  }
  if (!rule.git_tag.empty() && !is_commit_tag(rule.git_tag)) {
    warn("tags commits in git as \"" + rule.git_tag + "\", which two commits can have in common: the second is held up, since a tag there is never moved",
         "e.g. git_tag = \"" + rule.git_tag + "-{short_commit}\"");
  }
  return findings;
}

} // namespace gate
