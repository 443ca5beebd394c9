#include "app/required_suites.hpp"

#include <algorithm>
#include <iterator>

namespace gate {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

Violation violation(const RefUpdate& update, std::string what, const Place& origin, std::string remedy) {
  return {"suite", update.ref, std::move(what), "nothing leaves untested unless the policy says so", origin, std::move(remedy)};
}

} // namespace

std::vector<Diagnostic> SuiteFinder::require(const JudgedUpdate& judged, const Policy* own, bool is_policy_change,
                                             const std::optional<std::string>& remote) {
  const Policy* judging = judged.side.policy;
  if (!judged.rules.is_protected() || judging == nullptr) {
    require_from(own != nullptr ? own : judging, judged.rules, judged);
    return {};
  }
  require_from(judging, judged.rules, judged);
  if (own == nullptr || !is_policy_change) {
    return {};
  }
  const auto own_rules = rules_for(*own, judged.update.ref, remote);
  if (!own_rules) {
    return own_rules.error();
  }
  require_from(own, *own_rules, judged);
  return {};
}

std::vector<std::string> SuiteFinder::required_suites(const RefRules& rules, const Policy& source) const {
  std::vector<std::string> names;
  if (rules.require) {
    names = rules.require->value;
  } else {
    for (const auto& [name, suite] : source.suites) {
      names.push_back(name);
    }
  }
  std::copy_if(m_terms.also_required.begin(), m_terms.also_required.end(), std::back_inserter(names),
               [names](const std::string& name) { return !holds(names, name); });
  return names;
}

void SuiteFinder::require_from(const Policy* source, const RefRules& rules, const JudgedUpdate& judged) {
  const RefUpdate& update = judged.update;
  if (source == nullptr || (update.ref.is_note() && !rules.mentioned)) {
    return;
  }
  for (const auto& name : required_suites(rules, *source)) {
    const auto suite = source->suites.find(name);
    const std::string file(k_policy_file);
    if (suite == source->suites.end()) {
      m_judgement.violations.push_back(
          violation(update, update.ref.brief() + " needs suite \"" + name + "\", and the pushed commit's " + file + " does not define it",
                    rules.require ? rules.require->place : Place{}, "define [suite." + name + "] in the " + file + " that you push"));
    } else if (may_skip(judged.rules, name)) {
      m_judgement.bypassed.push_back(violation(update, "suite \"" + name + "\" is not run for " + update.ref.brief(),
                                               rules.require ? rules.require->place : suite->second.place, ""));
    } else if (!judged.object.tree) {
      m_judgement.violations.push_back(violation(update, update.new_oid.brief() + " is no commit and no tree: suite \"" + name + "\" can't run on it",
                                                 suite->second.place, "name the ref in a [[tag]] or [[branch]] block with require = []"));
    } else {
      need(suite->second, judged);
    }
  }
}

// Everybody who asks for the suite must let this one off; where nobody names suites, that is every enforced block.
bool SuiteFinder::may_skip(const RefRules& rules, const std::string& name) const {
  if (!m_terms.bypass || m_terms.bypass->reason.empty()) {
    return false;
  }
  bool asked = false;
  for (const auto& group : rules.groups) {
    const auto& require = group.rules.require;
    const bool asks = !rules.require || (require && holds(require->value, name));
    if (group.enforcement != Enforcement::active || !asks) {
      continue;
    }
    if (!group.bypass.allows(m_terms.bypass->who)) {
      return false;
    }
    asked = true;
  }
  return asked;
}

void SuiteFinder::need(const Suite& suite, const JudgedUpdate& judged) {
  const Oid& tree = *judged.object.tree;
  const RefName& ref = judged.update.ref;
  const Digest key = verdict_key(tree, suite, m_identity.platform);
  auto& needs = m_judgement.needs;
  const auto same = std::find_if(needs.begin(), needs.end(), [&](const Need& n) { return n.key == key; });
  if (same != needs.end()) {
    if (std::find(same->refs.begin(), same->refs.end(), ref) == same->refs.end()) {
      same->refs.push_back(ref);
    }
    return;
  }
  Need fresh{suite, tree, judged.object.commit.value_or(tree), key, {ref}, m_ports.verdicts.find(key, tree), is_published(suite.name), {}};
  if (judged.side.commit) {
    const auto side = m_ports.repository.peel(*judged.side.commit);
    fresh.trusted_tree = side ? side->tree : std::nullopt;
  }
  needs.push_back(std::move(fresh));
}

bool SuiteFinder::is_published(const std::string& suite) const {
  const auto& rules = m_judgement.publish_rules;
  return std::any_of(rules.begin(), rules.end(), [&](const PublishRule& rule) {
    const auto* image = std::get_if<ImageDestination>(&rule.what);
    return image != nullptr && image->suite == suite;
  });
}

} // namespace gate
