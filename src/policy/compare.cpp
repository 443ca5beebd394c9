#include "policy/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "policy/compare_refs.hpp"
#include "policy/compare_rules.hpp"
#include "policy/compare_samples.hpp"
#include "policy/compare_suites.hpp"
#include "policy/compare_verdicts.hpp"
#include "policy/describe.hpp"

namespace gate {

namespace {

using Differences = std::vector<PolicyDifference>;

void append(Differences& into, Differences more) { std::move(more.begin(), more.end(), std::back_inserter(into)); }

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

// All that the blocks of a policy say, wherever it stands.
std::string texts_of_blocks(const Policy& policy) {
  std::string text;
  for (const auto& block : policy.blocks) {
    for (const auto& pattern : block.match.value) {
      text += pattern.full() + "\n";
    }
    text += (block.remotes ? toml_list(block.remotes->value) : "any remote") + "\n" + std::string(name_of(block.enforcement.value)) + "\n" + toml_list(block.bypass.by) + "\n" +
            toml_list(block.waived) + "\n";
    for (const auto& row : describe(block.rules)) {
      text += row.key + " " + row.value + "\n";
    }
  }
  return text;
}

Differences compare_refs(const Policy& a, const Policy& b) {
  const auto samples = sample_refs({&a, &b});
  const auto on = sample_remotes({&a, &b});
  RefDifferences all(on.size());
  for (const auto& sample : samples.refs) {
    for (const auto& remote : on) {
      for (const auto& difference : compare_at(a, b, sample.ref, remote)) {
        all.add(difference, sample.label, remote);
      }
    }
  }
  auto found = all.take();
  if (!samples.is_complete && texts_of_blocks(a) != texts_of_blocks(b)) {
    const std::string text = "patterns that overlap in too many ways to try them all";
    found.push_back({{}, "match", text, text, Direction::changes});
  }
  return found;
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

// Whatever has a lower number than the newest one is refused, so that a lower one lets older policies come back, and none lets all.
void compare_serial(const Policy& a, const Policy& b, Differences& found) {
  const auto text = [](const Policy& policy) { return policy.serial ? std::to_string(policy.serial->value) : "nothing"; };
  const auto value = [](const Policy& policy) { return policy.serial ? std::optional(policy.serial->value) : std::nullopt; };
  if (value(a) != value(b)) {
    found.push_back({{}, "serial", text(a), text(b), value(a) < value(b) ? Direction::tightens : Direction::loosens});
  }
}

// What they bring is compared key by key, so that a pin that only moves says nothing more.
void compare_extensions(const Policy& a, const Policy& b, Differences& found) {
  const auto texts = [](const Policy& policy, bool with_pins) {
    TextSet all;
    for (const auto& extension : policy.extends) {
      const auto* pinned = std::get_if<Extension::Pinned>(&extension.what);
      all.insert(pinned != nullptr && !with_pins ? pinned->git + " " + pinned->path : extension.str());
    }
    return all;
  };
  if (texts(a, true) != texts(b, true)) {
    const bool is_same_source = texts(a, false) == texts(b, false);
    found.push_back({{}, "extends", text_of(texts(a, true), "nothing"), text_of(texts(b, true), "nothing"), is_same_source ? Direction::same : Direction::changes});
  }
}

void compare_policy_branch(const Policy& a, const Policy& b, Differences& found) {
  const auto text = [](const Policy& policy) { return policy.policy_branch ? policy.policy_branch->value.brief() : "nothing"; };
  if (text(a) != text(b)) {
    found.push_back({{}, "policy_branch", text(a), text(b), Direction::changes});
  }
}

Differences compare_whole(const Policy& a, const Policy& b) {
  Differences found;
  compare_serial(a, b, found);
  append(found, compare_signers("policy.owners", "", owners_of(a), owners_of(b)));
  append(found, compare_signer_files("policy.allowed_signers", signers_of(a), signers_of(b)));
  compare_policy_branch(a, b, found);
  append(found, compare_overrides(a, b));
  compare_extensions(a, b, found);
  append(found, compare_suites(a, b));
  append(found, compare_verdicts(a, b));
  append(found, compare_publications(a, b));
  return found;
}

} // namespace

std::vector<PolicyDifference> compare(const Policy& a, const Policy& b) {
  auto found = compare_refs(a, b);
  append(found, compare_whole(a, b));
  return found;
}

bool may_loosen(const PolicyDifference& difference) { return difference.direction == Direction::loosens || difference.direction == Direction::changes; }

} // namespace gate
