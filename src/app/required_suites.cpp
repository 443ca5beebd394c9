#include "app/required_suites.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>

#include "app/suite_key.hpp"

namespace gate {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

Violation violation(const RefUpdate& update, std::string what, const Place& origin, std::string remedy) {
  return {"suite", update.ref, std::move(what), "nothing leaves untested unless the policy says so", origin, std::move(remedy)};
}

// Power over this machine is given by the protected side, to the suites that want it.
std::vector<std::string> granted(const Suite& suite, const Policy* judging) {
  std::vector<std::string> both;
  if (judging == nullptr) {
    return both;
  }
  const auto same = judging->suites.find(suite.name);
  if (same != judging->suites.end()) {
    std::copy_if(suite.allow.begin(), suite.allow.end(), std::back_inserter(both), [&](const std::string& power) { return holds(same->second.allow, power); });
  }
  return both;
}

// What the key does not say is asked for by whoever asks for more.
void make_strictest(Need& need, const Need& other, std::chrono::system_clock::time_point now) {
  Suite& suite = need.suite;
  suite.reusable = suite.reusable && other.suite.reusable;
  if (other.suite.max_age) {
    suite.max_age = std::min(*other.suite.max_age, suite.max_age.value_or(*other.suite.max_age));
  }
  need.is_published = need.is_published || other.is_published;
  std::vector<std::string> services;
  std::set_union(need.published_services.begin(), need.published_services.end(), other.published_services.begin(), other.published_services.end(),
                 std::back_inserter(services));
  need.published_services = std::move(services);
  if (need.verdict && !counts(*need.verdict, need, now)) {
    need.verdict.reset();
  }
}

void join(RunSettings& into, const RunSettings& more) {
  if (more.parallel) {
    into.parallel = std::min(*more.parallel, into.parallel.value_or(*more.parallel));
  }
  into.stop_on_failure = into.stop_on_failure || more.stop_on_failure;
}

} // namespace

Result<std::vector<Diagnostic>> SuiteFinder::require(const JudgedUpdate& judged, const Policy* own, bool is_policy_change, const std::optional<std::string>& remote) {
  const std::vector<Diagnostic> none;
  const Policy* judging = judged.side.policy;
  if (!judged.rules.is_protected() || judging == nullptr) {
    const auto found = require_from(own != nullptr ? own : judging, judged.rules, judged);
    return found ? Result<std::vector<Diagnostic>>(none) : tl::unexpected(found.error());
  }
  if (auto found = require_from(judging, judged.rules, judged); !found) {
    return tl::unexpected(found.error());
  }
  if (own == nullptr || !is_policy_change) {
    return none;
  }
  const auto own_rules = rules_for(*own, judged.update.ref, remote);
  if (!own_rules) {
    return own_rules.error();
  }
  const auto found = require_from(own, *own_rules, judged);
  return found ? Result<std::vector<Diagnostic>>(none) : tl::unexpected(found.error());
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

Result<void> SuiteFinder::require_from(const Policy* source, const RefRules& rules, const JudgedUpdate& judged) {
  const RefUpdate& update = judged.update;
  if (source == nullptr || (update.ref.is_note() && !rules.mentioned)) {
    return {};
  }
  for (const auto& name : required_suites(rules, *source)) {
    if (auto found = require_one(name, *source, rules, judged); !found) {
      return found;
    }
  }
  return {};
}

Result<void> SuiteFinder::require_one(const std::string& name, const Policy& source, const RefRules& rules, const JudgedUpdate& judged) {
  const RefUpdate& update = judged.update;
  const auto suite = source.suites.find(name);
  const std::string file(k_policy_file);
  if (suite == source.suites.end()) {
    m_judgement.violations.push_back(violation(update, update.ref.brief() + " needs suite \"" + name + "\", and the pushed commit's " + file + " does not define it",
                                               rules.require ? rules.require->place : Place{}, "define [suite." + name + "] in the " + file + " that you push"));
  } else if (may_skip(judged.rules, name)) {
    m_judgement.bypassed.push_back(violation(update, "suite \"" + name + "\" is not run for " + update.ref.brief(), rules.require ? rules.require->place : suite->second.place, ""));
  } else if (!judged.object.tree) {
    m_judgement.violations.push_back(violation(update, update.new_oid.brief() + " is no commit and no tree: suite \"" + name + "\" can't run on it", suite->second.place,
                                               "name the ref in a [[tag]] or [[branch]] block with require = []"));
  } else {
    const auto missing = missing_path(suite->second, *judged.object.tree);
    if (!missing) {
      return tl::unexpected(missing.error());
    }
    if (!*missing) {
      join(m_judgement.run, source.run);
      return need(suite->second, judged);
    }
    m_judgement.violations.push_back(violation(update, "\"paths\" of suite \"" + name + "\" names " + **missing + ", which " + update.new_oid.brief() + " does not have",
                                               suite->second.place, "commit it, or take it out of \"paths\""));
  }
  return {};
}

// A suite that sees less than it says is not the one that was asked for: it might pass because it finds nothing to test.
Result<std::optional<std::string>> SuiteFinder::missing_path(const Suite& suite, const Oid& tree) const {
  for (const auto& path : suite.paths) {
    const auto object = m_ports.repository.object_at(tree, {}, path);
    if (!object) {
      return tl::unexpected(object.error());
    }
    if (!*object) {
      return path;
    }
  }
  return std::nullopt;
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

Result<void> SuiteFinder::need(Suite suite, const JudgedUpdate& judged) {
  suite.allow = granted(suite, judged.side.policy);
  auto fresh = fresh_need(std::move(suite), judged);
  if (!fresh) {
    return tl::unexpected(fresh.error());
  }
  auto& needs = m_judgement.needs;
  const auto same = std::find_if(needs.begin(), needs.end(), [&](const Need& n) { return n.key == fresh->key; });
  if (same == needs.end()) {
    needs.push_back(*std::move(fresh));
    return {};
  }
  make_strictest(*same, *fresh, m_terms.now);
  const RefName& ref = judged.update.ref;
  if (std::find(same->refs.begin(), same->refs.end(), ref) == same->refs.end()) {
    same->refs.push_back(ref);
  }
  return {};
}

Result<Need> SuiteFinder::fresh_need(Suite suite, const JudgedUpdate& judged) {
  const Oid& tree = *judged.object.tree;
  const auto seen = seen_by(suite, tree, m_ports.repository);
  if (!seen) {
    return tl::unexpected(seen.error());
  }
  const auto key = key_of(suite, *seen, m_identity.platform, m_ports.variables, m_ports.images);
  if (!key) {
    return tl::unexpected(key.error());
  }
  Need fresh{std::move(suite), tree, *seen, judged.object.commit.value_or(tree), key->key, {judged.update.ref}, {}, false, {}, {}};
  note_publications(fresh);
  if (key->is_whole) {
    fresh.verdict = verdict_that_counts(fresh, key->key, m_ports.verdicts, m_terms.now);
  }
  if (judged.side.commit) {
    const auto side = m_ports.repository.peel(*judged.side.commit);
    fresh.trusted_tree = side ? side->tree : std::nullopt;
  }
  return fresh;
}

// Whatever branch they are for: the merge that is published may come long after the run, and have the same tree. By either policy: which of them
// will count is not known before the remote's branch has the commit.
void SuiteFinder::note_publications(Need& need) const {
  std::set<std::string> services;
  for (const auto* rules : {&m_judgement.publish_rules, &m_judgement.own_publish_rules}) {
    for (const auto& rule : *rules) {
      const auto* what = std::get_if<ImageDestination>(&rule.what);
      if (what == nullptr || what->suite != need.suite.name) {
        continue;
      }
      need.is_published = true;
      for (const auto& image : what->images) {
        services.insert(image.service);
      }
    }
  }
  services.erase("");
  need.published_services.assign(services.begin(), services.end());
}

} // namespace gate
