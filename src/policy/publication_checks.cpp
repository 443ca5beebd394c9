// What is wrong with publications that are right each by itself.
#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include "base/near_miss.hpp"
#include "policy/read_publications.hpp"

namespace gate {

namespace {

constexpr const char* k_sample_commit = "0123456789abcdef0123456789abcdef01234567";
constexpr const char* k_sample_tree = "89abcdef0123456789abcdef0123456789abcdef";
constexpr const char* k_sample_date = "1970-01-01";
constexpr const char* k_sample_version = "0.0.0-sample";

const PublishRule* rule_named(const std::vector<PublishRule>& rules, const std::string& name) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const PublishRule& rule) { return rule.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

std::string from_of(const PublishRule& rule) {
  const auto* const image = std::get_if<ImageDestination>(&rule.what);
  return image == nullptr ? "" : image->from;
}

// The rules from which this one takes in the end, beginning with itself; nothing when they don't lead back to it.
std::optional<std::vector<std::string>> circle_of(const std::vector<PublishRule>& rules, const PublishRule& rule) {
  std::vector<std::string> names{rule.name};
  for (auto from = from_of(rule); names.size() <= rules.size() && !from.empty();) {
    if (from == rule.name) {
      return names;
    }
    names.push_back(from);
    const auto* const next = rule_named(rules, from);
    from = next == nullptr ? "" : from_of(*next);
  }
  return std::nullopt;
}

std::set<std::string> tags_of(const PublishRule& rule, const ImageDestination& image) {
  auto templates = image.commit_tags;
  templates.insert(templates.end(), image.branch_tags.begin(), image.branch_tags.end());
  const auto tags = sample_tags(templates, rule.branch);
  return {tags.begin(), tags.end()};
}

// A service that the other one does not publish; nothing when it has them all.
std::optional<std::string> missing_service(const ImageDestination& image, const ImageDestination& source) {
  const auto has = [&](const PublishedImage& published) {
    return std::any_of(source.images.begin(), source.images.end(), [&](const PublishedImage& other) { return other.service == published.service; });
  };
  const auto found = std::find_if_not(image.images.begin(), image.images.end(), has);
  return found == image.images.end() ? std::nullopt : std::optional(found->service);
}

bool stays_in_place(const ImageDestination& image, const ImageDestination& source) {
  for (const auto& published : image.images) {
    for (std::size_t i = 0; i < published.to.size(); ++i) {
      const std::string* const from = promotion_source(source, published.service, i);
      if (from == nullptr || spelled_out(*from) != spelled_out(published.to[i])) {
        return false;
      }
    }
  }
  return true;
}

// Why that rule has nothing for this one, with a hint; nothing when it has.
std::optional<std::pair<std::string, std::string>> unfit_source(const PublishRule& rule, const ImageDestination& image, const PublishRule& other) {
  const std::string name = "[publish." + other.name + "]";
  const auto* const source = std::get_if<ImageDestination>(&other.what);
  if (source == nullptr) {
    return {{name + " asks for a build, and publishes no image that could be promoted", "name one with \"to\""}};
  }
  if (source->suite != image.suite) {
    return {{name + " publishes the image of suite \"" + source->suite + "\", and this one that of \"" + image.suite + "\"", "promote what the same suite has tested"}};
  }
  if (const auto service = missing_service(image, *source)) {
    return {{name + " publishes no image of " + (service->empty() ? "the test's own container" : "service \"" + *service + "\""),
             "publish the same services in both, with \"to\" or with \"images\""}};
  }
  if (source->platforms != image.platforms) {
    return {{name + " publishes for other platforms", "give both the same \"platforms\""}};
  }
  if (stays_in_place(image, *source) && tags_of(rule, image) == tags_of(other, *source)) {
    return {{name + " publishes to the same place under the same tags: nothing is left to promote", "give it another \"to\", or tags of its own"}};
  }
  return std::nullopt;
}

void check_promotion(const std::vector<PublishRule>& rules, const PublishRule& rule, const ImageDestination& image, std::vector<Diagnostic>& wrong) {
  const auto report = [&](std::string message, std::string hint) {
    wrong.push_back({image.from_place.line == 0 ? rule.place : image.from_place, "[publish." + rule.name + "] takes \"from\" " + std::move(message), std::move(hint)});
  };
  if (image.from == rule.name) {
    report("itself", "name the publication of another branch, e.g. from = \"staging\"");
    return;
  }
  const auto* const other = rule_named(rules, image.from);
  if (other == nullptr) {
    std::vector<std::string> names;
    std::transform(rules.begin(), rules.end(), std::back_inserter(names), [](const PublishRule& known) { return known.name; });
    names.erase(std::remove(names.begin(), names.end(), rule.name), names.end());
    const auto near = near_miss(image.from, names);
    report("\"" + image.from + "\", and there is no [publish." + image.from + "]", near ? "did you mean \"" + *near + "\"?" : "it is the NAME of another [publish.NAME]");
    return;
  }
  if (const auto circle = circle_of(rules, rule)) {
    if (*std::min_element(circle->begin(), circle->end()) == rule.name) {
      std::string names;
      for (const auto& name : *circle) {
        names += name + " from ";
      }
      report("itself in the end: " + names + rule.name, "let one of them take from none");
    }
  } else if (auto why = unfit_source(rule, image, *other)) {
    report("\"" + image.from + "\", but " + std::move(why->first), std::move(why->second));
  }
}

} // namespace

std::string spelled_out(const std::string& to) {
  const auto name = placeholders_of(to).empty() ? ImageName::parse(to) : std::nullopt;
  return name ? name->str() : to;
}

TagFacts sample_facts(const RefName& branch) { return {branch, *Oid::parse(k_sample_commit), *Oid::parse(k_sample_tree), {}, k_sample_version}; }

std::vector<std::string> sample_tags(const std::vector<std::string>& templates, const RefName& branch) {
  std::vector<std::string> tags;
  std::transform(templates.begin(), templates.end(), std::back_inserter(tags),
                 [&](const std::string& text) { return tag_for(text, sample_facts(branch)).value_or(""); });
  return tags;
}

std::string sample_as_written(std::string tag) {
  const std::string commit(k_sample_commit);
  const std::array<std::pair<std::string, std::string>, 5> values{{
      {commit, "{commit}"},
      {k_sample_tree, "{tree}"},
      {commit.substr(0, 12), "{short_commit}"},
      {k_sample_date, "{date}"},
      {k_sample_version, "{version}"},
  }};
  for (const auto& [value, placeholder] : values) {
    for (auto at = tag.find(value); at != std::string::npos; at = tag.find(value, at)) {
      tag.replace(at, value.size(), placeholder);
    }
  }
  return tag;
}

std::vector<Diagnostic> doubled_git_tags(const std::vector<PublishRule>& rules) {
  std::vector<Diagnostic> doubled;
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    const auto before = std::find_if(rules.begin(), rule, [&](const PublishRule& other) { return other.branch == rule->branch && other.git_tag == rule->git_tag; });
    if (!rule->git_tag.empty() && before != rule) {
      doubled.push_back({rule->place,
                         "[publish." + rule->name + "] and [publish." + before->name + "] (" + before->place.str() + ") would both tag the commits of " +
                             rule->branch.brief() + " as \"" + rule->git_tag + "\", each with its own digest",
                         "give each a \"git_tag\" of its own, e.g. git_tag = \"" + rule->name + "-{short_commit}\""});
    }
  }
  return doubled;
}

std::vector<Diagnostic> wrong_promotions(const std::vector<PublishRule>& rules) {
  std::vector<Diagnostic> wrong;
  for (const auto& rule : rules) {
    const auto* const image = std::get_if<ImageDestination>(&rule.what);
    if (image != nullptr && !image->from.empty()) {
      check_promotion(rules, rule, *image, wrong);
    }
  }
  return wrong;
}

Diagnostic makes_no_image(const std::string& suite, const Place& place) {
  return {place, "suite \"" + suite + "\" runs in an image that it names: it makes none that could be published",
          "publish the image of a suite with \"build\" or \"compose\""};
}

Diagnostic has_no_services(const std::string& suite, const Place& place) {
  return {place, "\"images\" names services of a compose file, and suite \"" + suite + "\" has none", "write: to = \"HOST/PATH\", or publish a suite with \"compose\""};
}

Diagnostic builds_no_platforms(const std::string& suite, const Place& place) {
  return {place, "\"platforms\" takes a suite with \"build\", and suite \"" + suite + "\" has none: only its folder can be built for other platforms",
          "take \"platforms\" away, or publish a suite with \"build\""};
}

bool is_plain_name(std::string_view name) {
  constexpr std::string_view k_admitted = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(k_admitted) == std::string_view::npos && name.front() != '.' &&
         name.front() != '-';
}

} // namespace gate
