#include "app/arm.hpp"

#include <algorithm>

namespace gate {

namespace {

using Variable = std::function<std::optional<std::string>(std::string_view)>;

template <typename T> Result<T> of_rule(const PublishRule& rule, Result<T> made) {
  if (!made) {
    made.error().message = "[publish." + rule.name + "] (" + rule.place.str() + "): " + made.error().message;
  }
  return made;
}

Result<std::vector<std::string>> tags_for(const PublishRule& rule, const std::vector<std::string>& templates, const TagFacts& facts) {
  std::vector<std::string> tags;
  for (const auto& text : templates) {
    auto tag = of_rule(rule, tag_for(text, facts));
    if (!tag) {
      return tl::unexpected(tag.error());
    }
    // Two templates may come to the same.
    if (std::find(tags.begin(), tags.end(), *tag) == tags.end()) {
      tags.push_back(*std::move(tag));
    }
  }
  return tags;
}

/// The entries of one rule.
class Arming {
public:
  Arming(const PublishRule& rule, const std::vector<PublishRule>& rules, const Variable& variable) : m_rule(rule), m_rules(rules), m_variable(variable) {}

  /// `entry` has all that is common to them.
  Result<std::vector<OutboxEntry>> images(const ImageDestination& image, OutboxEntry entry, const TagFacts& facts) {
    auto commit_tags = tags_for(m_rule, image.commit_tags, facts);
    auto branch_tags = tags_for(m_rule, image.branch_tags, facts);
    auto git_tag = m_rule.git_tag.empty() ? Result<std::string>("") : of_rule(m_rule, git_tag_for(m_rule.git_tag, facts));
    if (!commit_tags || !branch_tags || !git_tag) {
      return tl::unexpected(!commit_tags ? commit_tags.error() : !branch_tags ? branch_tags.error() : git_tag.error());
    }
    entry.suite = image.suite;
    entry.commit_tags = *std::move(commit_tags);
    entry.branch_tags = *std::move(branch_tags);
    entry.git_tag = *std::move(git_tag);
    entry.webhook = m_rule.webhook;
    entry.platforms = image.platforms;
    entry.may_create = image.create;
    for (const auto& published : image.images) {
      entry.service = published.service;
      for (std::size_t position = 0; position < published.to.size(); ++position) {
        if (auto added = add(image, published, position, entry); !added) {
          return tl::unexpected(added.error());
        }
      }
    }
    return std::move(m_entries);
  }

private:
  Result<void> add(const ImageDestination& image, const PublishedImage& published, std::size_t position, OutboxEntry entry) {
    const auto name = destination_of(m_rule, published.to[position], m_variable);
    if (!name) {
      return tl::unexpected(name.error());
    }
    entry.destination = name->str();
    const auto same = std::find_if(m_entries.begin(), m_entries.end(), [&](const OutboxEntry& e) { return e.destination == entry.destination; });
    if (same != m_entries.end() && same->service == entry.service) {
      return {}; // two variables that say the same
    }
    if (same != m_entries.end()) {
      return fail(ErrorKind::usage,
                  "[publish." + m_rule.name + "] (" + m_rule.place.str() + ") would publish the images of two services, \"" + same->service + "\" and \"" +
                      entry.service + "\", to " + entry.destination,
                  "give each its own place, or set the variables of their names so that they differ");
    }
    auto source = promoted_from(image, published.service, position);
    if (!source) {
      return tl::unexpected(source.error());
    }
    entry.promoted_from = *std::move(source);
    m_entries.push_back(std::move(entry));
    return {};
  }

  // An image's name; empty where nothing is promoted.
  Result<std::string> promoted_from(const ImageDestination& image, const std::string& service, std::size_t position) {
    const auto other = std::find_if(m_rules.begin(), m_rules.end(), [&](const PublishRule& rule) { return rule.name == image.from; });
    const auto* const source = other == m_rules.end() ? nullptr : std::get_if<ImageDestination>(&other->what);
    const std::string* const to = source == nullptr ? nullptr : promotion_source(*source, service, position);
    if (to == nullptr) {
      return std::string();
    }
    const auto name = destination_of(*other, *to, m_variable);
    return name ? Result<std::string>(name->str()) : tl::unexpected(name.error());
  }

  const PublishRule& m_rule;
  const std::vector<PublishRule>& m_rules;
  const Variable& m_variable;
  std::vector<OutboxEntry> m_entries;
};

} // namespace

Result<std::vector<OutboxEntry>> entries_for(const PublishPlan& plan, const std::vector<PublishRule>& rules, const TagFacts& facts,
                                             const std::string& remote, const std::string& source,
                                             const std::function<std::optional<std::string>(std::string_view)>& variable) {
  std::vector<OutboxEntry> entries;
  for (const auto& [rule, waits] : plan.publications) {
    OutboxEntry entry(rule.branch, facts.commit);
    entry.rule = rule.name;
    entry.remote = remote;
    entry.tree = facts.tree;
    entry.branch_tags_at_once = waits == PlannedPublication::WaitsForRemote::nothing;
    entry.finishes_itself = rule.finish == PublishRule::Finish::automatic;
    entry.source = source;
    entry.created = entry.changed = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (const auto* image = std::get_if<ImageDestination>(&rule.what)) {
      auto of_images = Arming(rule, rules, variable).images(*image, entry, facts);
      if (!of_images) {
        return of_images;
      }
      entries.insert(entries.end(), of_images->begin(), of_images->end());
    } else {
      entry.destination = std::string(k_trigger_prefix) + std::get<BuildTrigger>(rule.what).variable;
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

} // namespace gate
