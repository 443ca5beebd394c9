#include "policy/compare_suites.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/duration.hpp"
#include "policy/compare_rules.hpp"
#include "policy/suite_text.hpp"
#include "policy/surface.hpp"

namespace gate {

namespace {

using Differences = std::vector<PolicyDifference>;

std::string text_of(const Suite& suite) {
  std::string text = shown_words(suite.run) + " in " + where_it_runs(suite);
  if (const auto* compose = std::get_if<ComposeSource>(&suite.source); compose != nullptr && compose->scope != ServiceScope::with_dependencies) {
    text += compose->scope == ServiceScope::alone ? " alone" : " with the whole file";
  }
  text += ", up to " + format_duration(suite.timeout);
  for (const auto& term : terms_of(suite)) {
    text += ", " + term;
  }
  return text;
}

// How old a pass may be is no part of what is run.
bool is_same(const Suite& a, const Suite& b) {
  return a.definition() == b.definition() && a.reusable == b.reusable && a.max_age == b.max_age;
}

std::string name_of(PublishRule::By by) {
  switch (by) {
  case PublishRule::By::local:
    return "local";
  case PublishRule::By::ci:
    return "ci";
  case PublishRule::By::anyone:
    break;
  }
  return "anyone";
}

std::string tags_of(const ImageDestination& image) {
  auto tags = image.commit_tags;
  tags.insert(tags.end(), image.branch_tags.begin(), image.branch_tags.end());
  return shown_words(tags);
}

std::string text_of(const PublishRule& rule) {
  std::string text;
  for (const auto& line : publication_lines(rule)) {
    text += (text.empty() ? "" : "; ") + line.value;
  }
  return text;
}

// "registry.example.org/api", or "nginx to registry.example.org/nginx" for a service's; in the order of the policy.
std::vector<std::string> destinations_of(const ImageDestination& image) {
  std::vector<std::string> all;
  for (const auto& published : image.images) {
    std::transform(published.to.begin(), published.to.end(), std::back_inserter(all),
                   [&](const std::string& to) { return (published.service.empty() ? "" : published.service + " to ") + to; });
  }
  return all;
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "" : ", ") + item;
  }
  return text.empty() ? "nothing" : text;
}

std::string or_nothing(const std::string& text) { return text.empty() ? "nothing" : text; }

bool has_all(const std::vector<std::string>& a, const std::vector<std::string>& of) {
  return std::all_of(of.begin(), of.end(), [&](const std::string& item) { return std::find(a.begin(), a.end(), item) != a.end(); });
}

// What leaves the machine: more of it is looser.
Direction more_is_looser(bool has_all_of_before, bool had_all_of_after) {
  return has_all_of_before == had_all_of_after ? Direction::changes : has_all_of_before ? Direction::loosens : Direction::tightens;
}

/// Two publications of one name, part by part.
class PublicationComparison {
public:
  PublicationComparison(const PublishRule& a, const PublishRule& b) : m_prefix("publish." + a.name + "."), m_a(a), m_b(b) {}

  Differences run() {
    const auto* before = std::get_if<ImageDestination>(&m_a.what);
    const auto* after = std::get_if<ImageDestination>(&m_b.what);
    if (before != nullptr && after != nullptr) {
      add_image(*before, *after);
    } else if (before == nullptr && after == nullptr) {
      add("trigger", std::get<BuildTrigger>(m_a.what).variable, std::get<BuildTrigger>(m_b.what).variable, Direction::changes);
    } else {
      // "to" gives way to "trigger", or the reverse: the whole of both says it.
      m_found.push_back({{}, "publish." + m_a.name, text_of(m_a), text_of(m_b), Direction::changes});
      return std::move(m_found);
    }
    add("branch", m_a.branch.brief(), m_b.branch.brief(), Direction::changes);
    const bool came = m_b.by == PublishRule::By::anyone;
    const bool went = m_a.by == PublishRule::By::anyone;
    add("by", name_of(m_a.by), name_of(m_b.by), came ? Direction::loosens : went ? Direction::tightens : Direction::changes);
    const auto finish = [](const PublishRule& rule) { return std::string(rule.finish == PublishRule::Finish::manual ? "manual" : "auto"); };
    add_more("git_tag", m_a.git_tag, m_b.git_tag);
    add_more("after.webhook", m_a.webhook, m_b.webhook);
    add("finish", finish(m_a), finish(m_b), m_b.finish == PublishRule::Finish::manual ? Direction::tightens : Direction::loosens);
    return std::move(m_found);
  }

private:
  void add_image(const ImageDestination& before, const ImageDestination& after) {
    add("suite", before.suite, after.suite, Direction::changes);
    add_destinations(before, after);
    add("tags", tags_of(before), tags_of(after), Direction::changes);
    const auto moment = [](const ImageDestination& image) { return std::string(image.branch_tag == ImageDestination::BranchTag::at_merge ? "merge" : "push"); };
    // At the merge is before the remote's own judgement.
    add("branch_tag", moment(before), moment(after), after.branch_tag == ImageDestination::BranchTag::at_merge ? Direction::loosens : Direction::tightens);
    add("platforms", listed(before.platforms), listed(after.platforms), Direction::changes);
    add("from", or_nothing(before.from), or_nothing(after.from), Direction::changes);
    add("create", before.create ? "true" : "false", after.create ? "true" : "false", after.create ? Direction::loosens : Direction::tightens);
  }

  void add_destinations(const ImageDestination& before, const ImageDestination& after) {
    const auto old_ones = destinations_of(before);
    const auto new_ones = destinations_of(after);
    // The order decides what is promoted, and nothing else.
    add("to", listed(old_ones), listed(new_ones), more_is_looser(has_all(new_ones, old_ones), has_all(old_ones, new_ones)));
  }

  // Something that was not done at all is looser than nothing.
  void add_more(const std::string& part, const std::string& before, const std::string& after) {
    add(part, or_nothing(before), or_nothing(after), more_is_looser(before.empty(), after.empty()));
  }

  void add(const std::string& part, std::string before, std::string after, Direction direction) {
    if (before != after) {
      m_found.push_back({{}, m_prefix + part, std::move(before), std::move(after), direction});
    }
  }

  std::string m_prefix;
  const PublishRule& m_a;
  const PublishRule& m_b;
  Differences m_found;
};

std::map<std::string, const PublishRule*> by_name(const Policy& policy) {
  std::map<std::string, const PublishRule*> rules;
  for (const auto& rule : policy.publications) {
    rules[rule.name] = &rule;
  }
  return rules;
}

template <typename Map> TextSet keys_of(const Map& a, const Map& b) {
  TextSet keys;
  for (const auto* map : {&a, &b}) {
    std::transform(map->begin(), map->end(), std::inserter(keys, keys.end()), [](const auto& entry) { return entry.first; });
  }
  return keys;
}

} // namespace

Differences compare_suites(const Policy& a, const Policy& b) {
  Differences found;
  for (const auto& name : keys_of(a.suites, b.suites)) {
    const auto before = a.suites.find(name);
    const auto after = b.suites.find(name);
    if (before == a.suites.end()) {
      found.push_back({{}, "suite." + name, "nothing", text_of(after->second), Direction::tightens});
    } else if (after == b.suites.end()) {
      found.push_back({{}, "suite." + name, text_of(before->second), "nothing", Direction::loosens});
    } else if (!is_same(before->second, after->second)) {
      found.push_back({{}, "suite." + name, text_of(before->second), text_of(after->second), Direction::changes});
    }
  }
  return found;
}

Differences compare_publications(const Policy& a, const Policy& b) {
  const auto before = by_name(a);
  const auto after = by_name(b);
  Differences found;
  for (const auto& name : keys_of(before, after)) {
    const auto one = before.find(name);
    const auto other = after.find(name);
    if (one == before.end() || other == after.end()) {
      found.push_back({{},
                       "publish." + name,
                       one == before.end() ? "nothing" : text_of(*one->second),
                       other == after.end() ? "nothing" : text_of(*other->second),
                       Direction::changes});
      continue;
    }
    auto parts = PublicationComparison(*one->second, *other->second).run();
    std::move(parts.begin(), parts.end(), std::back_inserter(found));
  }
  return found;
}

} // namespace gate
