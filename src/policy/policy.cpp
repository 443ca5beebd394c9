#include "policy/policy.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace gate {

namespace {

bool speaks_of(const Block& block, const RefName& ref, const std::optional<std::string>& remote) {
  const auto& patterns = block.match.value;
  if (block.remotes && remote) {
    const auto& remotes = block.remotes->value;
    if (std::find(remotes.begin(), remotes.end(), *remote) == remotes.end()) {
      return false;
    }
  }
  return std::any_of(patterns.begin(), patterns.end(), [&](const RefPattern& p) { return p.matches(ref); });
}

unsigned rank_of(const Policy& policy, const Block& block) {
  return block.layer < policy.layers.size() ? policy.layers[block.layer].rank : 0;
}

// Lower layers loosen a rule where the block's own layer lets them. A block that is enforced less strictly loosens nothing: who tries
// a rule out, or switches one off, does not switch off what stands above.
bool is_overridden(const Policy& policy, const Block& block, const std::string& key, const std::vector<const Block*>& matching) {
  return std::any_of(matching.begin(), matching.end(), [&](const Block* other) {
    return rank_of(policy, *other) > rank_of(policy, block) && other->enforcement.value >= block.enforcement.value &&
           (has_rule(other->rules, key) || std::find(other->waived.begin(), other->waived.end(), key) != other->waived.end());
  });
}

Rules rules_left(const Policy& policy, const Block& block, const std::vector<const Block*>& matching) {
  Rules rules = block.rules;
  if (block.layer < policy.layers.size()) {
    for (const auto& key : policy.layers[block.layer].allow_override) {
      if (has_rule(rules, key) && is_overridden(policy, block, key, matching)) {
        drop_rule(rules, key);
      }
    }
  }
  return rules;
}

RuleGroup& group_of(std::vector<RuleGroup>& groups, const Block& block) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const RuleGroup& group) {
    return group.enforcement == block.enforcement.value && group.bypass == block.bypass;
  });
  if (found != groups.end()) {
    return *found;
  }
  groups.push_back({block.enforcement.value, block.bypass, {}});
  return groups.back();
}

// An empty set refuses on purpose and contradicts nothing. Left in, it would hide that two others do, or not, by the order of blocks.
Rules without_empty_sets(Rules rules) {
  if (rules.allow && rules.allow->value.empty()) {
    rules.allow.reset();
  }
  if (rules.from && rules.from->value.empty()) {
    rules.from.reset();
  }
  return rules;
}

bool says_shape(const RuleGroup& group) { return group.rules.allow || group.rules.from; }

bool is_active(const RuleGroup& group) { return group.enforcement == Enforcement::active; }

// May everybody whom `narrow` lets through break the rules of `wide`, too?
bool lets_all_of(const Bypass& wide, const Bypass& narrow) {
  return std::all_of(narrow.by.begin(), narrow.by.end(), [&](const std::string& name) { return wide.allows(name); });
}

using GroupList = std::vector<const RuleGroup*>;

Bypass united(const GroupList& groups) {
  std::set<std::string> names;
  Bypass all;
  for (const RuleGroup* group : groups) {
    names.insert(group->bypass.by.begin(), group->bypass.by.end());
    all.place = all.place ? all.place : group->bypass.place;
  }
  all.by = names.count("*") != 0 ? std::vector<std::string>{"*"} : std::vector<std::string>(names.begin(), names.end());
  return all;
}

void join_shape(RuleGroup& into, const GroupList& groups, const RefName& ref) {
  Rules shape;
  std::vector<Diagnostic> unused; // rules_for has them already
  for (const RuleGroup* group : groups) {
    Rules part;
    part.allow = group->rules.allow;
    part.from = group->rules.from;
    tighten(shape, part, ref, unused);
  }
  into.rules.allow = std::move(shape.allow);
  into.rules.from = std::move(shape.from);
}

// `allow` and `from` mean something else together than each alone, so that they must meet whoever may bypass them: each set of groups that
// holds for somebody is judged as one, and whoever may break one of its groups may break what only their meeting refuses.
class ShapeJoin {
public:
  ShapeJoin(std::vector<RuleGroup>& groups, const RefName& ref) : m_groups(groups), m_before(groups), m_ref(ref) {
    for (const auto& group : m_before) {
      if (is_active(group) && says_shape(group)) {
        m_active.push_back(&group);
      }
    }
  }

  void join() {
    for (std::size_t i = 0; i < m_before.size(); ++i) {
      const RuleGroup& group = m_before[i];
      if (says_shape(group) && is_active(group)) {
        join_shape(m_groups[i], those([&](const RuleGroup& other) { return lets_all_of(group.bypass, other.bypass); }), m_ref);
      } else if (says_shape(group)) {
        auto all = m_active;
        all.push_back(&group);
        join_shape(m_groups[i], all, m_ref);
      }
    }
    judge_as_one(m_active); // for who does not ask to break a rule
    std::set<std::string> people = {""};
    for (const RuleGroup* group : m_active) {
      people.insert(group->bypass.by.begin(), group->bypass.by.end());
    }
    for (const auto& person : people) {
      judge_as_one(those([&](const RuleGroup& group) { return !group.bypass.allows(person); }));
    }
  }

private:
  template <typename Predicate> GroupList those(Predicate predicate) const {
    GroupList found;
    std::copy_if(m_active.begin(), m_active.end(), std::back_inserter(found), [&](const RuleGroup* group) { return predicate(*group); });
    return found;
  }

  // A group whose bypass covers the others' is the place for it already.
  void judge_as_one(const GroupList& together) {
    if (together.size() < 2) {
      return;
    }
    const Bypass bypass = united(together);
    const bool is_there = std::any_of(m_groups.begin(), m_groups.end(), [&](const RuleGroup& group) {
      return is_active(group) && says_shape(group) && lets_all_of(group.bypass, bypass) && lets_all_of(bypass, group.bypass);
    });
    if (!is_there) {
      m_groups.push_back({Enforcement::active, bypass, {}});
      join_shape(m_groups.back(), together, m_ref);
    }
  }

  std::vector<RuleGroup>& m_groups;
  const std::vector<RuleGroup> m_before;
  const RefName& m_ref;
  GroupList m_active;
};

} // namespace

bool Bypass::allows(std::string_view who) const {
  return std::any_of(by.begin(), by.end(), [&](const std::string& name) { return name == "*" || (!who.empty() && name == who); });
}

std::string Extension::str() const {
  if (const auto* ready = std::get_if<ReadyMade>(&what)) {
    return "gate:" + ready->name;
  }
  if (const auto* file = std::get_if<File>(&what)) {
    return file->path;
  }
  constexpr std::size_t k_brief = 7;
  const auto& pinned = std::get<Pinned>(what);
  return pinned.git + " at " + pinned.rev.substr(0, k_brief) + " " + pinned.path;
}

Rules RefRules::active() const {
  // rules_for has found all contradictions already, and the ref is only for their sentence.
  const RefName any = *RefName::parse("refs/heads/any");
  std::vector<Diagnostic> unused;
  Rules all;
  for (const auto& group : groups) {
    if (group.enforcement == Enforcement::active) {
      tighten(all, group.rules, any, unused);
    }
  }
  return all;
}

bool RefRules::is_protected() const {
  const Rules rules = active();
  return rules.limits_shape() || rules.first_parent || rules.linear ||
         (rules.merge_content && rules.merge_content->value != MergeContent::any) ||
         (rules.signed_commits && rules.signed_commits->value != SignedCommits::none);
}

bool asks_for_verdicts(const Policy& policy, const RefRules& rules) {
  return policy.verdicts && (rules.is_protected() || (rules.require && !rules.require->value.empty()));
}

tl::expected<RefRules, std::vector<Diagnostic>> rules_for(const Policy& policy, const RefName& ref,
                                                          const std::optional<std::string>& remote) {
  std::vector<const Block*> matching;
  for (const auto& block : policy.blocks) {
    if (speaks_of(block, ref, remote)) {
      matching.push_back(&block);
    }
  }
  RefRules found;
  found.mentioned = !matching.empty();
  std::vector<Diagnostic> problems;
  std::vector<Diagnostic> unused; // those of an active group are among those of all active blocks
  Rules all;
  for (const Block* block : matching) {
    if (block->enforcement.value == Enforcement::off) {
      found.off.push_back(block->place);
      continue;
    }
    const Rules rules = rules_left(policy, *block, matching);
    if (block->enforcement.value == Enforcement::active) { // what is only tried out must not shut the door
      tighten(all, without_empty_sets(rules), ref, problems);
    }
    tighten(group_of(found.groups, *block).rules, rules, ref, unused);
    found.blocks.push_back(block);
  }
  if (!problems.empty()) {
    return tl::unexpected(std::move(problems));
  }
  ShapeJoin(found.groups, ref).join();
  found.require = found.active().require;
  return found;
}

} // namespace gate
