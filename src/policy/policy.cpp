#include "policy/policy.hpp"

#include <algorithm>
#include <iterator>

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

Diagnostic contradiction(const std::string& key, const RefName& ref, const Place& first, const Place& second) {
  return {second,
          "this \"" + key + "\" and the one at " + first.str() + " have nothing in common, and both apply to " + ref.brief(),
          "let them overlap, or match different refs"};
}

template <typename T> std::vector<T> intersection(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> both;
  std::copy_if(a.begin(), a.end(), std::back_inserter(both),
               [&b](const T& value) { return std::find(b.begin(), b.end(), value) != b.end(); });
  return both;
}

// Strictest wins: sets of what is admitted intersect, sets of what is demanded unite.
class RuleJoin {
public:
  RuleJoin(const RefName& ref, RefRules& rules) : m_ref(ref), m_rules(rules) {}

  void add(const Block& block) {
    m_rules.mentioned = true;
    if (block.allow) {
      add_allow(*block.allow);
    }
    if (block.from) {
      add_from(*block.from);
    }
    if (block.require) {
      add_require(*block.require);
    }
  }

  std::vector<Diagnostic> take_problems() { return std::move(m_problems); }

private:
  void add_allow(const Located<ShapeSet>& allow) {
    const auto joined = m_rules.allow.value & allow.value;
    if (joined.empty() && !allow.value.empty() && !m_rules.allow.value.empty()) {
      m_problems.push_back(contradiction("allow", m_ref, m_rules.allow.place, allow.place));
    }
    if (!(joined == m_rules.allow.value)) {
      m_rules.allow = {joined, allow.place};
    }
  }

  void add_from(const Located<std::vector<RefName>>& from) {
    if (!m_rules.from) {
      m_rules.from = from;
      return;
    }
    auto both = intersection(m_rules.from->value, from.value);
    if (both.empty() && !from.value.empty() && !m_rules.from->value.empty()) {
      m_problems.push_back(contradiction("from", m_ref, m_rules.from->place, from.place));
    }
    if (both.size() != m_rules.from->value.size()) {
      m_rules.from = {std::move(both), from.place};
    }
  }

  void add_require(const Located<std::vector<std::string>>& require) {
    if (!m_rules.require) {
      m_rules.require = require;
      return;
    }
    auto& names = m_rules.require->value;
    for (const auto& name : require.value) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }

  const RefName& m_ref;
  RefRules& m_rules;
  std::vector<Diagnostic> m_problems;
};

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

tl::expected<RefRules, std::vector<Diagnostic>> rules_for(const Policy& policy, const RefName& ref,
                                                          const std::optional<std::string>& remote) {
  RefRules rules;
  RuleJoin join(ref, rules);
  for (const auto& block : policy.blocks) {
    if (speaks_of(block, ref, remote)) {
      join.add(block);
    }
  }
  auto problems = join.take_problems();
  if (!problems.empty()) {
    return tl::unexpected(std::move(problems));
  }
  return rules;
}

} // namespace gate
