#include "policy/policy.hpp"

#include <algorithm>

namespace gate {

namespace {

// "NAME LENGTH:VALUE\n": no value can look like the beginning of the next field.
void add_field(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ' ';
  text += std::to_string(value.size());
  text += ':';
  text += value;
  text += '\n';
}

std::string_view name_of(ServiceScope scope) {
  switch (scope) {
  case ServiceScope::alone:
    return "alone";
  case ServiceScope::whole_file:
    return "whole-file";
  case ServiceScope::with_dependencies:
    break;
  }
  return "with-dependencies";
}

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

} // namespace

Digest Suite::definition() const {
  std::string text = "gate-suite/1\n";
  add_field(text, "name", name);
  if (const auto* compose = std::get_if<ComposeSource>(&source)) {
    add_field(text, "compose", compose->file);
    add_field(text, "service", compose->service);
    add_field(text, "scope", name_of(compose->scope));
  } else {
    add_field(text, "build", std::get<BuildSource>(source).context);
  }
  for (const auto& word : run) {
    add_field(text, "run", word);
  }
  add_field(text, "timeout", std::to_string(timeout.count()));
  return Digest::of(text);
}

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
  std::vector<Diagnostic> unused; // those of a group are among those of all blocks
  Rules all;
  for (const Block* block : matching) {
    if (block->enforcement.value == Enforcement::off) {
      found.off.push_back(block->place);
      continue;
    }
    const Rules rules = rules_left(policy, *block, matching);
    tighten(all, without_empty_sets(rules), ref, problems);
    tighten(group_of(found.groups, *block).rules, rules, ref, unused);
    found.blocks.push_back(block);
  }
  if (!problems.empty()) {
    return tl::unexpected(std::move(problems));
  }
  found.require = found.active().require;
  return found;
}

} // namespace gate
