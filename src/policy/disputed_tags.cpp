#include <algorithm>
#include <iterator>

#include "policy/publication.hpp"
#include "policy/read_publications.hpp"

namespace gate {

namespace {

/// One of the places that a rule publishes to.
struct Target {
  const PublishRule& rule;
  const ImageDestination& image;
  const std::string& service;
  const std::string& to;
};

std::vector<Target> targets_of(const PublishRule& rule) {
  std::vector<Target> targets;
  if (const auto* const image = std::get_if<ImageDestination>(&rule.what)) {
    for (const auto& published : image->images) {
      std::transform(published.to.begin(), published.to.end(), std::back_inserter(targets),
                     [&](const std::string& to) { return Target{rule, *image, published.service, to}; });
    }
  }
  return targets;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

bool is_same_image(const Target& a, const Target& b) {
  return a.image.suite == b.image.suite && a.service == b.service && sorted(a.image.platforms) == sorted(b.image.platforms);
}

// A tag that names a tree is given by two branches to what was tested on the same tree.
bool names_tree(const std::string& tag_template) {
  const auto names = placeholders_of(tag_template);
  return std::find(names.begin(), names.end(), "tree") != names.end();
}

std::vector<std::string> tags_of(const Target& target, bool of_two_images) {
  std::vector<std::string> templates;
  if (of_two_images) {
    templates = target.image.commit_tags;
  }
  std::copy_if(target.image.branch_tags.begin(), target.image.branch_tags.end(), std::back_inserter(templates),
               [&](const std::string& text) { return of_two_images || !names_tree(text); });
  return sample_tags(templates, target.rule.branch);
}

// A tag that both would give to different images.
std::optional<std::string> disputed_tag(const Target& a, const Target& b) {
  // A fast-forward brings one commit to two branches: then a commit's tag is the same image.
  const bool of_two_images = !is_same_image(a, b);
  if (spelled_out(a.to) != spelled_out(b.to) || (!of_two_images && a.rule.branch == b.rule.branch)) {
    return std::nullopt;
  }
  const auto others = tags_of(b, of_two_images);
  const auto tags = tags_of(a, of_two_images);
  const auto found = std::find_first_of(tags.begin(), tags.end(), others.begin(), others.end());
  return found == tags.end() ? std::nullopt : std::optional(*found);
}

std::string images_of(const Target& before, const Target& target) {
  if (before.image.suite != target.image.suite) {
    return "the images of two suites";
  }
  if (before.service != target.service) {
    return "the images of two services of suite " + target.image.suite;
  }
  if (!is_same_image(before, target)) {
    return "images for different platforms";
  }
  return "two branches, " + before.rule.branch.brief() + " and " + target.rule.branch.brief();
}

Diagnostic dispute(const Target& before, const Target& target, const std::string& tag) {
  const auto& rule = target.rule;
  return {rule.place,
          "[publish." + rule.name + "] and [publish." + before.rule.name + "] (" + before.rule.place.str() + ") would give the tag \"" + sample_as_written(tag) +
              "\" of \"" + target.to + "\" to " + images_of(before, target),
          is_same_image(before, target)
              ? "give each its own \"to\", or branch tags that differ"
              : "give each its own \"to\", or tags of its own, e.g. tags = [\"" + rule.name + "-{branch}\", \"" + rule.name + "-{commit}\"]"};
}

// Of two rules, once.
std::optional<Diagnostic> dispute_of(const PublishRule& before, const PublishRule& rule) {
  for (const auto& target : targets_of(rule)) {
    for (const auto& other : targets_of(before)) {
      if (const auto tag = disputed_tag(other, target)) {
        return dispute(other, target, *tag);
      }
    }
  }
  return std::nullopt;
}

} // namespace

std::vector<Diagnostic> disputed_tags(const std::vector<PublishRule>& rules) {
  std::vector<Diagnostic> disputes;
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    for (auto before = rules.begin(); before != rule; ++before) {
      if (auto found = dispute_of(*before, *rule)) {
        disputes.push_back(*std::move(found));
      }
    }
  }
  return disputes;
}

} // namespace gate
