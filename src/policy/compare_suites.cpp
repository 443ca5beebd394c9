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

std::string text_of(const PublishRule& rule) { return publication_lines(rule).front().value; }

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
    add("finish", finish(m_a), finish(m_b), m_b.finish == PublishRule::Finish::manual ? Direction::tightens : Direction::loosens);
    return std::move(m_found);
  }

private:
  void add_image(const ImageDestination& before, const ImageDestination& after) {
    add("suite", before.suite, after.suite, Direction::changes);
    add("to", before.to, after.to, Direction::changes);
    add("tags", tags_of(before), tags_of(after), Direction::changes);
    const auto moment = [](const ImageDestination& image) { return std::string(image.branch_tag == ImageDestination::BranchTag::at_merge ? "merge" : "push"); };
    // At the merge is before the remote's own judgement.
    add("branch_tag", moment(before), moment(after), after.branch_tag == ImageDestination::BranchTag::at_merge ? Direction::loosens : Direction::tightens);
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
