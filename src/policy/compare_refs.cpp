#include "policy/compare_refs.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "policy/describe.hpp"

namespace gate {

namespace {

using Differences = std::vector<PolicyDifference>;

void add_all(Differences& into, Differences more) { std::move(more.begin(), more.end(), std::back_inserter(into)); }

bool same_difference(const PolicyDifference& a, const PolicyDifference& b) {
  return std::tie(a.what, a.from, a.to, a.direction) == std::tie(b.what, b.from, b.to, b.direction);
}

std::string named(const std::string& person) { return person == "*" ? "anybody" : person; }

TextSet named(const TextSet& people) {
  if (people.count("*") != 0) {
    return {"anybody"};
  }
  return people;
}

bool same_values(const Rules& a, const Rules& b) {
  const auto one = describe(a);
  const auto other = describe(b);
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const RuleRow& x, const RuleRow& y) { return x.key == y.key && x.value == y.value; });
}

/// One side, asked from several points of view.
class View {
public:
  View(const RefSide& side, const RefName& ref) : m_side(side), m_ref(ref) {}

  template <typename Takes> Rules joined(Takes takes) const {
    Rules rules;
    std::vector<Diagnostic> problems; // of other groups: each of them is judged for itself
    for (const auto& group : m_side.rules.groups) {
      if (takes(group)) {
        tighten(rules, group.rules, m_ref, problems);
      }
    }
    return rules;
  }

  Rules all() const {
    return joined([](const RuleGroup&) { return true; });
  }
  Rules evaluated() const {
    return joined([](const RuleGroup& group) { return group.enforcement == Enforcement::evaluate; });
  }
  /// What is enforced on this person, who breaks whatever they may; nobody: on somebody who breaks nothing.
  Rules enforced_on(const std::optional<std::string>& person) const {
    return joined([&](const RuleGroup& group) { return group.enforcement == Enforcement::active && !(person && group.bypass.allows(*person)); });
  }

  TextSet suites_for(const std::optional<std::string>& person) const {
    if (!enforced_on({}).require) {
      return m_side.suites;
    }
    const auto rules = enforced_on(person);
    return rules.require ? TextSet(rules.require->value.begin(), rules.require->value.end()) : TextSet{};
  }

  void add_people(TextSet& people) const {
    for (const auto& group : m_side.rules.groups) {
      if (group.enforcement == Enforcement::active) {
        people.insert(group.bypass.by.begin(), group.bypass.by.end());
      }
    }
  }

  /// Those of `people` whom nothing keeps from breaking what is said under the key.
  TextSet breakers(const std::string& key, const TextSet& people) const {
    TextSet may;
    std::copy_if(people.begin(), people.end(), std::inserter(may, may.end()), [&](const std::string& person) { return !has_rule(enforced_on(person), key); });
    return may;
  }

  std::optional<Enforcement> strongest() const {
    std::optional<Enforcement> strongest = m_side.rules.off.empty() ? std::nullopt : std::optional(Enforcement::off);
    for (const auto& group : m_side.rules.groups) {
      strongest = !strongest || group.enforcement > *strongest ? group.enforcement : *strongest;
    }
    return strongest;
  }

private:
  const RefSide& m_side;
  const RefName& m_ref;
};

class RefComparison {
public:
  RefComparison(const RefSide& a, const RefSide& b, const RefName& ref) : m_a(a, ref), m_b(b, ref) {
    m_a.add_people(m_people);
    m_b.add_people(m_people);
  }

  Differences all() const {
    const auto enforced = compare_for({});
    const auto enforcement = compare_enforcement();
    // Where all is as it was but for the enforcement, that is what there is to tell; of the suites more may follow.
    const bool is_enforcement_only = !enforcement.empty() && same_values(m_a.all(), m_b.all());
    Differences found;
    std::copy_if(enforced.begin(), enforced.end(), std::back_inserter(found),
                 [&](const PolicyDifference& d) { return !is_enforcement_only || d.what == "require"; });
    add_all(found, enforcement);
    if (!is_enforcement_only) {
      add_all(found, compare_evaluated(enforced));
    }
    add_all(found, compare_bypass());
    add_all(found, compare_by_bypass(enforced));
    return found;
  }

private:
  Differences compare_for(const std::optional<std::string>& person) const {
    auto found = compare_rules(m_a.enforced_on(person), m_b.enforced_on(person));
    add_all(found, compare_demanded("require", m_a.suites_for(person), m_b.suites_for(person)));
    return found;
  }

  Differences compare_enforcement() const {
    const auto before = m_a.strongest();
    const auto after = m_b.strongest();
    if (!before || !after || *before == *after) {
      return {};
    }
    return {{{}, "enforcement", std::string(name_of(*before)), std::string(name_of(*after)), *before < *after ? Direction::tightens : Direction::loosens}};
  }

  // What is only told admits and denies nothing. What moved between told and enforced is said already.
  Differences compare_evaluated(const Differences& enforced) const {
    const Rules before = m_a.evaluated();
    const Rules after = m_b.evaluated();
    Differences found = compare_rules(before, after);
    const auto suites = [](const Rules& rules) { return rules.require ? TextSet(rules.require->value.begin(), rules.require->value.end()) : TextSet{}; };
    add_all(found, compare_demanded("require", suites(before), suites(after)));
    std::erase_if(found, [&](const PolicyDifference& d) {
      return std::any_of(enforced.begin(), enforced.end(), [&](const PolicyDifference& known) { return known.what == d.what; });
    });
    for (auto& difference : found) {
      difference.what += " (only evaluated)";
      difference.direction = Direction::same;
    }
    return found;
  }

  // Who may break a rule that both sides have; one that came or went says enough by that.
  Differences compare_bypass() const {
    std::vector<std::pair<Differences, std::vector<std::string>>> kinds;
    std::size_t shared = 0;
    for (const auto& key : rule_keys()) {
      if (!has_rule(m_a.enforced_on({}), key) || !has_rule(m_b.enforced_on({}), key)) {
        continue;
      }
      ++shared;
      const auto change = compare_breakers(m_a.breakers(key, m_people), m_b.breakers(key, m_people));
      const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) {
        return std::equal(kind.first.begin(), kind.first.end(), change.begin(), change.end(), same_difference);
      });
      if (known != kinds.end()) {
        known->second.push_back(key);
      } else {
        kinds.push_back({change, {key}});
      }
    }
    Differences found;
    for (auto& [differences, keys] : kinds) {
      for (auto& difference : differences) {
        difference.what += keys.size() == shared ? "" : " of " + text_of(TextSet(keys.begin(), keys.end()), "");
        found.push_back(difference);
      }
    }
    return found;
  }

  Differences compare_breakers(const TextSet& before, const TextSet& after) const {
    TextSet both = before;
    both.insert(after.begin(), after.end());
    Differences found;
    if (both != before) {
      found.push_back({{}, "bypass", text_of(named(before), "nobody"), text_of(named(both), "nobody"), Direction::loosens});
    }
    if (both != after) {
      found.push_back({{}, "bypass", text_of(named(both), "nobody"), text_of(named(after), "nobody"), Direction::tightens});
    }
    return found;
  }

  // What is left to one who breaks what they may. Where all of it may be broken on either side, compare_bypass tells.
  Differences compare_by_bypass(const Differences& enforced) const {
    Differences found;
    for (const auto& person : m_people) {
      for (auto& difference : compare_for(person)) {
        const bool is_left = has_rule(m_a.enforced_on(person), difference.what) && has_rule(m_b.enforced_on(person), difference.what);
        const bool is_told = std::any_of(enforced.begin(), enforced.end(), [&](const PolicyDifference& known) { return same_difference(known, difference); });
        if (is_left && !is_told) {
          difference.what += ", for " + named(person) + " by a bypass";
          found.push_back(difference);
        }
      }
    }
    return found;
  }

  View m_a;
  View m_b;
  TextSet m_people;
};

} // namespace

std::vector<PolicyDifference> compare_ref(const RefSide& a, const RefSide& b, const RefName& ref) { return RefComparison(a, b, ref).all(); }

} // namespace gate
