#include "policy/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/duration.hpp"
#include "policy/compare_refs.hpp"
#include "policy/compare_rules.hpp"
#include "policy/describe.hpp"

namespace gate {

namespace {

using Differences = std::vector<PolicyDifference>;

void append(Differences& into, Differences more) { std::move(more.begin(), more.end(), std::back_inserter(into)); }

/// A ref to try both policies with.
struct Sample {
  std::string label; ///< the pattern
  RefName ref;
};

bool is_matched(const Policy& policy, const RefName& ref) {
  return std::any_of(policy.blocks.begin(), policy.blocks.end(), [&](const Block& block) {
    return std::any_of(block.match.value.begin(), block.match.value.end(), [&](const RefPattern& pattern) { return pattern.matches(ref); });
  });
}

std::vector<Sample> samples(const Policy& a, const Policy& b) {
  std::vector<Sample> all;
  std::set<std::string> seen;
  for (const auto* policy : {&a, &b}) {
    for (const auto& block : policy->blocks) {
      for (const auto& pattern : block.match.value) {
        if (!seen.insert(pattern.full()).second) {
          continue;
        }
        for (const auto& ref : samples_of(pattern)) {
          all.push_back({pattern_text(pattern), ref});
        }
      }
    }
  }
  for (const auto& [label, folder] : {std::pair("any other branch", "refs/heads/"), std::pair("any other tag", "refs/tags/")}) {
    for (const char* name : {"any-name", "any-name/any-name"}) {
      const auto ref = RefName::parse(std::string(folder) + name);
      if (ref && !is_matched(a, *ref) && !is_matched(b, *ref)) {
        all.push_back({label, *ref});
        break;
      }
    }
  }
  return all;
}

// The remotes that some block names, and one that none does; just the latter when no block names any.
std::vector<std::string> remotes(const Policy& a, const Policy& b) {
  std::set<std::string> all;
  for (const auto* policy : {&a, &b}) {
    for (const auto& block : policy->blocks) {
      if (block.remotes) {
        all.insert(block.remotes->value.begin(), block.remotes->value.end());
      }
    }
  }
  std::vector<std::string> list(all.begin(), all.end());
  list.emplace_back("any other remote");
  return list;
}

TextSet suite_names(const Policy& policy) {
  TextSet names;
  std::transform(policy.suites.begin(), policy.suites.end(), std::inserter(names, names.end()), [](const auto& entry) { return entry.first; });
  return names;
}

Differences compare_at(const Policy& a, const Policy& b, const RefName& ref, const std::string& remote) {
  const auto before = rules_for(a, ref, remote);
  const auto after = rules_for(b, ref, remote);
  if (before && after) {
    return compare_ref({*before, suite_names(a)}, {*after, suite_names(b)}, ref);
  }
  if (!before && !after) {
    return {};
  }
  const auto text = [](bool fits) { return std::string(fits ? "fit together" : "contradict each other"); };
  return {{{}, "the blocks that match", text(before.has_value()), text(after.has_value()), Direction::changes}};
}

/// Differences in the order in which they were met, those that are the same at several refs together.
class RefDifferences {
public:
  explicit RefDifferences(std::size_t remotes) : m_remotes(remotes) {}

  void add(const PolicyDifference& difference, const std::string& label, const std::string& remote) {
    auto known = std::find_if(m_met.begin(), m_met.end(), [&](const Met& met) {
      const auto& d = met.difference;
      return std::tie(d.what, d.from, d.to, d.direction) == std::tie(difference.what, difference.from, difference.to, difference.direction);
    });
    if (known == m_met.end()) {
      known = m_met.insert(m_met.end(), Met{difference, {}, {}});
    }
    auto& on = known->remotes[label];
    if (on.empty()) {
      known->labels.push_back(label);
    }
    on.insert(remote);
  }

  Differences take() {
    Differences found;
    for (auto& met : m_met) {
      for (const auto& label : met.labels) {
        const auto& on = met.remotes[label];
        met.difference.where.push_back(on.size() == m_remotes ? label : label + " on " + text_of(on, ""));
      }
      found.push_back(std::move(met.difference));
    }
    return found;
  }

private:
  struct Met {
    PolicyDifference difference;
    std::vector<std::string> labels;
    std::map<std::string, TextSet> remotes; ///< by label
  };
  std::size_t m_remotes;
  std::vector<Met> m_met;
};

Differences compare_refs(const Policy& a, const Policy& b) {
  const auto on = remotes(a, b);
  RefDifferences all(on.size());
  for (const auto& sample : samples(a, b)) {
    for (const auto& remote : on) {
      for (const auto& difference : compare_at(a, b, sample.ref, remote)) {
        all.add(difference, sample.label, remote);
      }
    }
  }
  return all.take();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string text_of(const Suite& suite) {
  std::string where;
  if (const auto* compose = std::get_if<ComposeSource>(&suite.source)) {
    const char* scope = compose->scope == ServiceScope::alone ? " alone" : compose->scope == ServiceScope::whole_file ? " with the whole file" : "";
    where = compose->service + " of " + compose->file + scope;
  } else {
    where = "an image built from " + std::get<BuildSource>(suite.source).context;
  }
  return joined(suite.run) + " in " + where + ", up to " + format_duration(suite.timeout);
}

std::string text_of(const PublishRule& rule) {
  std::string text;
  if (const auto* image = std::get_if<ImageDestination>(&rule.what)) {
    auto tags = image->commit_tags;
    tags.insert(tags.end(), image->branch_tags.begin(), image->branch_tags.end());
    text = "the image of suite " + image->suite + " to " + image->to + " as " + joined(tags) +
           (image->branch_tag == ImageDestination::BranchTag::at_merge ? ", all tags at once" : "");
  } else {
    text = "the build trigger in " + std::get<BuildTrigger>(rule.what).variable;
  }
  const char* by = rule.by == PublishRule::By::local ? ", locally only" : rule.by == PublishRule::By::ci ? ", in CI only" : "";
  return text + " from " + rule.branch.brief() + by + (rule.finish == PublishRule::Finish::manual ? ", by hand" : "");
}

// Of something that is only there or not, whose text says what it is.
void compare_named(const std::string& what, const std::optional<std::string>& a, const std::optional<std::string>& b, bool adding_tightens, Differences& found) {
  if (a == b) {
    return;
  }
  Direction direction = Direction::changes;
  if (adding_tightens && a.has_value() != b.has_value()) {
    direction = b ? Direction::tightens : Direction::loosens;
  }
  found.push_back({{}, what, a.value_or("nothing"), b.value_or("nothing"), direction});
}

template <typename Map> TextSet keys_of(const Map& a, const Map& b) {
  TextSet keys;
  for (const auto* map : {&a, &b}) {
    std::transform(map->begin(), map->end(), std::inserter(keys, keys.end()), [](const auto& entry) { return entry.first; });
  }
  return keys;
}

std::optional<std::string> entry(const std::map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

void compare_tables(const std::string& prefix, const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b,
                    bool adding_tightens, Differences& found) {
  for (const auto& key : keys_of(a, b)) {
    compare_named(prefix + key, entry(a, key), entry(b, key), adding_tightens, found);
  }
}

std::map<std::string, std::string> suite_texts(const Policy& policy) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, suite] : policy.suites) {
    texts[name] = text_of(suite);
  }
  return texts;
}

std::map<std::string, std::string> publication_texts(const Policy& policy) {
  std::map<std::string, std::string> texts;
  for (const auto& rule : policy.publications) {
    texts[rule.name] = text_of(rule);
  }
  return texts;
}

// Layers by their names; files whose names differ are the same layer when they stand at the same height.
const Layer* counterpart(const Layer& layer, const Policy& of, const Policy& among) {
  const auto named = [](const Policy& policy, const std::string& name) {
    return std::find_if(policy.layers.begin(), policy.layers.end(), [&](const Layer& l) { return l.name == name; });
  };
  if (const auto same_name = named(among, layer.name); same_name != among.layers.end()) {
    return &*same_name;
  }
  const auto same_rank = std::find_if(among.layers.begin(), among.layers.end(),
                                      [&](const Layer& l) { return l.rank == layer.rank && named(of, l.name) == of.layers.end(); });
  return same_rank == among.layers.end() ? nullptr : &*same_rank;
}

Differences compare_overrides(const Policy& a, const Policy& b) {
  Differences found;
  for (const auto& before : a.layers) {
    if (const Layer* after = counterpart(before, a, b)) {
      append(found, compare_admitted("allow_override", {false, TextSet(before.allow_override.begin(), before.allow_override.end())},
                                     {false, TextSet(after->allow_override.begin(), after->allow_override.end())}));
    }
  }
  return found;
}

std::set<TextSet> owners_of(const Policy& policy) {
  std::set<TextSet> all;
  for (const auto& owners : policy.owners) {
    all.insert(TextSet(owners.by.begin(), owners.by.end()));
  }
  return all;
}

TextSet signers_of(const Policy& policy) {
  TextSet all;
  std::transform(policy.allowed_signers.begin(), policy.allowed_signers.end(), std::inserter(all, all.end()), [](const auto& file) { return file.value; });
  return all;
}

// Without one, an older policy could come back unseen; which number it is says nothing about what it admits.
void compare_serial(const Policy& a, const Policy& b, Differences& found) {
  const auto text = [](const Policy& policy) { return policy.serial ? std::optional(std::to_string(policy.serial->value)) : std::nullopt; };
  compare_named("serial", text(a), text(b), true, found);
}

Differences compare_whole(const Policy& a, const Policy& b) {
  Differences found;
  compare_serial(a, b, found);
  append(found, compare_signers("policy.owners", "", owners_of(a), owners_of(b)));
  append(found, compare_signer_files("policy.allowed_signers", signers_of(a), signers_of(b)));
  const auto branch = [](const Policy& policy) { return policy.policy_branch ? std::optional(policy.policy_branch->value.brief()) : std::nullopt; };
  compare_named("policy_branch", branch(a), branch(b), false, found);
  append(found, compare_overrides(a, b));
  const auto extensions = [](const Policy& policy) {
    TextSet all;
    std::transform(policy.extends.begin(), policy.extends.end(), std::inserter(all, all.end()), [](const Extension& e) { return e.str(); });
    return all.empty() ? std::nullopt : std::optional(gate::text_of(all, ""));
  };
  compare_named("extends", extensions(a), extensions(b), false, found);
  compare_tables("suite.", suite_texts(a), suite_texts(b), true, found);
  compare_tables("publish.", publication_texts(a), publication_texts(b), false, found);
  return found;
}

} // namespace

std::vector<PolicyDifference> compare(const Policy& a, const Policy& b) {
  auto found = compare_refs(a, b);
  append(found, compare_whole(a, b));
  return found;
}

} // namespace gate
