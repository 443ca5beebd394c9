#include "app/arm.hpp"

#include <algorithm>

namespace gate {

namespace {

constexpr std::size_t k_short_commit = 12;

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

constexpr char k_hex = '\x01';  // in a form: any hex digit
constexpr char k_any = '\x02';  // in a form, until it is a tag: any text
constexpr std::size_t k_longest_tag = 128;
constexpr std::size_t k_sure_length = 60; // of a form with parts of unknown length: a tag is not cut off before it

// What all tags of a template look like on one branch.
std::string form_of(std::string_view text, const RefName& branch, std::size_t commit_digits) {
  const std::string filled = filled_in(text, [&](std::string_view name) {
    if (name == "branch") {
      return branch.brief();
    }
    const bool is_commit = name == "commit" || name == "short_commit";
    return is_commit ? std::string(name == "commit" ? commit_digits : k_short_commit, k_hex) : std::string(1, k_any);
  });
  std::string form = as_tag(filled);
  for (std::size_t i = 0; i < form.size(); ++i) {
    form[i] = filled[i] == k_any ? '*' : filled[i] == k_hex ? k_hex : form[i];
  }
  const bool varies = form.find('*') != std::string::npos;
  return filled.size() <= (varies ? k_sure_length : k_longest_tag) ? form : form.substr(0, k_sure_length) + '*';
}

// One "*" is enough, and no registry takes many.
std::string with_one_star(const std::string& form) {
  const auto first = form.find('*');
  return first == std::string::npos ? form : form.substr(0, first) + form.substr(form.rfind('*'));
}

bool fits(char a, char b) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  return a == b || (a == k_hex && k_digits.find(b) != std::string_view::npos) || (b == k_hex && k_digits.find(a) != std::string_view::npos);
}

// Could one tag have both forms? From their ends: [j] tells it of what is left of `a` and of `b` from j on.
bool overlap(const std::string& a, const std::string& b) {
  std::vector<bool> after(b.size() + 1);
  for (std::size_t i = a.size() + 1; i-- > 0;) {
    std::vector<bool> here(b.size() + 1);
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      const bool has_a = i < a.size();
      const bool has_b = j < b.size();
      const bool is_star = (has_a && a[i] == '*') || (has_b && b[j] == '*');
      if (is_star) {
        here[j] = (has_a && after[j]) || (has_b && here[j + 1]);
      } else {
        here[j] = has_a && has_b ? fits(a[i], b[j]) && after[j + 1] : has_a == has_b;
      }
    }
    after = std::move(here);
  }
  return after.front();
}

bool publishes_to(const PublishRule& rule, const std::string& destination, const Variable& variable) {
  const auto* const image = std::get_if<ImageDestination>(&rule.what);
  return image != nullptr && std::any_of(image->images.begin(), image->images.end(), [&](const PublishedImage& published) {
           return std::any_of(published.to.begin(), published.to.end(), [&](const std::string& to) {
             const auto name = destination_of(rule, to, variable);
             return name && name->str() == destination; // one whose variable is not set can't be told
           });
         });
}

/// The forms of a destination's tags, of all rules.
class TagForms {
public:
  TagForms(const std::vector<PublishRule>& rules, const std::string& destination, const Variable& variable, const TagFacts& facts) : m_facts(facts) {
    for (const auto& rule : rules) {
      if (publishes_to(rule, destination, variable)) {
        add(rule.branch, std::get<ImageDestination>(rule.what));
      }
    }
  }

  /// OutboxEntry::moving_tags. What can't be told from a commit's tag is "*": it must be able to move, and then all are.
  std::vector<std::string> moving() const {
    std::vector<std::string> all;
    for (const auto& form : m_moving) {
      const bool varies = form.find('*') != std::string::npos;
      const bool is_like_a_commits = varies && std::any_of(m_fixed.begin(), m_fixed.end(), [&](const std::string& fixed) { return overlap(form, fixed); });
      const std::string pattern = is_like_a_commits ? "*" : form;
      if (std::find(all.begin(), all.end(), pattern) == all.end()) {
        all.push_back(pattern);
      }
    }
    return all;
  }

private:
  void add(const RefName& branch, const ImageDestination& image) {
    const std::size_t digits = m_facts.commit.hex().size();
    for (const auto& text : image.commit_tags) {
      m_fixed.push_back(form_of(text, branch, digits));
    }
    for (const auto& text : image.branch_tags) {
      const auto names = placeholders_of(text);
      const bool varies = std::any_of(names.begin(), names.end(), [](const std::string& name) { return name != "branch"; });
      const auto tag = varies ? Result<std::string>(with_one_star(form_of(text, branch, digits)))
                              : tag_for(text, {branch, m_facts.commit, m_facts.tree, m_facts.date, m_facts.version});
      m_moving.push_back(tag.value_or("*"));
    }
  }

  const TagFacts& m_facts;
  std::vector<std::string> m_fixed;
  std::vector<std::string> m_moving;
};

std::vector<std::string> tags_of(const OutboxEntry& entry) {
  std::vector<std::string> tags = entry.commit_tags;
  tags.insert(tags.end(), entry.branch_tags.begin(), entry.branch_tags.end());
  return tags;
}

// How the images of two entries differ; empty: they are the same.
std::string difference(const OutboxEntry& a, const OutboxEntry& b) {
  if (a.suite != b.suite) {
    return "the images of two suites, \"" + a.suite + "\" and \"" + b.suite + "\"";
  }
  if (a.service != b.service) {
    return "the images of two services, \"" + a.service + "\" and \"" + b.service + "\"";
  }
  return a.platforms == b.platforms ? "" : "images for different platforms";
}

// The second would find the first one's image there, and take it for its own.
Result<void> no_tag_for_two_images(const OutboxEntry& before, const OutboxEntry& entry, const PublishRule& rule) {
  const std::string images = before.destination == entry.destination ? difference(before, entry) : "";
  const auto tags = tags_of(before);
  const auto others = tags_of(entry);
  const auto common = std::find_first_of(tags.begin(), tags.end(), others.begin(), others.end());
  if (images.empty() || common == tags.end()) {
    return {};
  }
  return fail(ErrorKind::usage,
              "[publish." + rule.name + "] (" + rule.place.str() + ") and [publish." + before.rule + "] would give the tag \"" + *common + "\" of " +
                  entry.destination + " to " + images,
              "give each its own place, or set the variables of their names so that they differ, or give each tags of its own, e.g. tags = [\"" +
                  rule.name + "-{branch}\", \"" + rule.name + "-{commit}\"]");
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
        if (auto added = add(image, published, position, entry, facts); !added) {
          return tl::unexpected(added.error());
        }
      }
    }
    return std::move(m_entries);
  }

private:
  Result<void> add(const ImageDestination& image, const PublishedImage& published, std::size_t position, OutboxEntry entry, const TagFacts& facts) {
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
    entry.moving_tags = TagForms(m_rules, entry.destination, m_variable, facts).moving();
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
      for (const auto& of_image : *of_images) {
        for (const auto& before : entries) {
          if (const auto checked = no_tag_for_two_images(before, of_image, rule); !checked) {
            return tl::unexpected(checked.error());
          }
        }
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
