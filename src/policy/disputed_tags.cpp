#include <algorithm>
#include <iterator>

#include "policy/publication.hpp"

namespace gate {

namespace {

constexpr const char* k_sample_commit = "0123456789abcdef0123456789abcdef01234567";

// Two rules that spell it differently have the same one all the same, unless a variable decides.
std::string spelled_out(const std::string& to) {
  const auto name = placeholders_of(to).empty() ? ImageName::parse(to) : std::nullopt;
  return name ? name->str() : to;
}

std::vector<std::string> tags_of(const PublishRule& rule, bool with_commit_tags) {
  const auto& image = std::get<ImageDestination>(rule.what);
  std::vector<std::string> templates = image.branch_tags;
  if (with_commit_tags) {
    templates.insert(templates.begin(), image.commit_tags.begin(), image.commit_tags.end());
  }
  std::vector<std::string> tags;
  std::transform(templates.begin(), templates.end(), std::back_inserter(tags),
                 [&](const std::string& text) { return tag_for(text, rule.branch, *Oid::parse(k_sample_commit)); });
  return tags;
}

// A tag that both rules would give to different images.
std::optional<std::string> disputed_tag(const PublishRule& a, const PublishRule& b) {
  const auto* const first = std::get_if<ImageDestination>(&a.what);
  const auto* const second = std::get_if<ImageDestination>(&b.what);
  if (first == nullptr || second == nullptr || first->to.empty() || spelled_out(first->to) != spelled_out(second->to) ||
      (a.branch == b.branch && first->suite == second->suite)) {
    return std::nullopt;
  }
  // A fast-forward brings one commit to two branches: then a commit's tag is the same image, if it is of the same suite.
  const bool are_of_two_suites = first->suite != second->suite;
  const auto others = tags_of(b, are_of_two_suites);
  const auto tags = tags_of(a, are_of_two_suites);
  const auto found = std::find_first_of(tags.begin(), tags.end(), others.begin(), others.end());
  return found == tags.end() ? std::nullopt : std::optional(*found);
}

// As the policy has it.
std::string shown(std::string tag) {
  const auto at = tag.find(k_sample_commit);
  return at == std::string::npos ? tag : tag.replace(at, std::string_view(k_sample_commit).size(), "{commit}");
}

Diagnostic dispute(const PublishRule& before, const PublishRule& rule, const std::string& tag) {
  const bool is_suites = std::get<ImageDestination>(before.what).suite != std::get<ImageDestination>(rule.what).suite;
  const std::string what = is_suites ? "the images of two suites" : "two branches, " + before.branch.brief() + " and " + rule.branch.brief();
  return {rule.place,
          "[publish." + rule.name + "] and [publish." + before.name + "] (" + before.place.str() + ") would give the tag \"" + shown(tag) +
              "\" of \"" + std::get<ImageDestination>(rule.what).to + "\" to " + what,
          is_suites ? "give each its own \"to\", or tags of its own, e.g. tags = [\"" + rule.name + "-{branch}\", \"" + rule.name + "-{commit}\"]"
                    : "give each its own \"to\", or branch tags that differ"};
}

} // namespace

std::vector<Diagnostic> disputed_tags(const std::vector<PublishRule>& rules) {
  std::vector<Diagnostic> disputes;
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    for (auto before = rules.begin(); before != rule; ++before) {
      if (const auto tag = disputed_tag(*before, *rule)) {
        disputes.push_back(dispute(*before, *rule, *tag));
      }
    }
  }
  return disputes;
}

} // namespace gate
