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

// By the policy of some ref nobody's word counts.
bool is_any_unvouched(const Need& need) { return std::find(need.trusts.begin(), need.trusts.end(), nullptr) != need.trusts.end(); }

// Everybody who asks must admit the verdict.
void join_trusts(Need& need, const Need& other) {
  for (const auto& trust : other.trusts) {
    const bool is_known = std::any_of(need.trusts.begin(), need.trusts.end(), [&](const auto& known) {
      return known == trust || (known != nullptr && trust != nullptr && known->digest() == trust->digest());
    });
    if (!is_known) {
      need.trusts.push_back(trust);
    }
  }
  std::erase_if(need.vouched_keys, [&](const Digest& key) { return std::find(other.vouched_keys.begin(), other.vouched_keys.end(), key) == other.vouched_keys.end(); });
}

// What the key does not say is asked for by whoever asks for more. A verdict from elsewhere is to be looked for again.
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
  join_trusts(need, other);
  if (need.voucher || (need.verdict && !counts(*need.verdict, need, now))) {
    need.verdict.reset();
    need.voucher.reset();
  }
}

void join(RunSettings& into, const RunSettings& more) {
  if (more.parallel) {
    into.parallel = std::min(*more.parallel, into.parallel.value_or(*more.parallel));
  }
  into.stop_on_failure = into.stop_on_failure || more.stop_on_failure;
}

} // namespace

Result<VerdictTrusts::Trust> VerdictTrusts::of(const ProtectedSide& side) {
  if (side.policy == nullptr || !side.policy->verdicts) {
    return Trust{};
  }
  const std::pair key(side.policy, side.commit);
  auto known = m_read.find(key);
  if (known == m_read.end()) {
    auto trust = read(*side.policy->verdicts, side.commit);
    if (!trust) {
      return trust;
    }
    known = m_read.emplace(key, *std::move(trust)).first;
  }
  return known->second;
}

Result<VerdictTrusts::Trust> VerdictTrusts::read(const VerdictSettings& settings, const std::optional<Oid>& commit) {
  VerdictTrust::Terms terms{{}, settings.ci, settings.dev, settings.max_age, settings.platforms};
  for (const auto& file : settings.allowed_signers) {
    std::optional<std::string> text;
    if (file.value.front() == '/') {
      auto on_machine = m_sources.machine_file(file.value);
      if (!on_machine) {
        return tl::unexpected(on_machine.error());
      }
      text = *std::move(on_machine);
    } else if (commit) {
      auto in_tree = m_repository.file_at(*commit, file.value);
      if (!in_tree && in_tree.error().kind != ErrorKind::policy) {
        return tl::unexpected(in_tree.error());
      }
      text = in_tree ? *std::move(in_tree) : std::nullopt; // a folder in its place is no file
    }
    if (!text) {
      return Trust{nullptr, "no verdict from elsewhere counts: there is no file " + file.value + " beside the policy that judges, as [verdicts] at " +
                                settings.place.str() + " says"};
    }
    terms.allowed_signers += *text + "\n";
  }
  return Trust{std::make_shared<const VerdictTrust>(std::move(terms)), {}};
}

Result<std::vector<Diagnostic>> SuiteFinder::require(const JudgedUpdate& judged, const Policy* own, bool is_policy_change, const std::optional<std::string>& remote) {
  const std::vector<Diagnostic> none;
  const Policy* judging = judged.side.policy;
  if (judging == nullptr || !(judged.rules.is_protected() || asks_for_verdicts(*judging, judged.rules))) {
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
    const std::string what = m_terms.suites == JudgeTerms::Suites::needed ? "suite \"" + name + "\" is not run for " : "no verdict of suite \"" + name + "\" is asked for by ";
    m_judgement.bypassed.push_back(violation(update, what + update.ref.brief(), rules.require ? rules.require->place : suite->second.place, ""));
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
  const RefName& ref = judged.update.ref;
  const RefName& silent = is_any_unvouched(*fresh) ? ref : same->refs.front();
  const bool is_spoilt = is_any_unvouched(*fresh) != is_any_unvouched(*same);
  make_strictest(*same, *fresh, m_terms.now);
  look_for_vouched(*same);
  if (is_spoilt && !same->verdict) {
    notify("suite \"" + same->suite.name + "\" takes no verdict from elsewhere in this push: by the policy for " + silent.brief() + " nobody's word counts");
  }
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
  fresh.unknown_key = key->unknown;
  if (auto noted = note_trust(fresh, *key, judged.side); !noted) {
    return tl::unexpected(noted.error());
  }
  if (key->is_whole && m_terms.suites == JudgeTerms::Suites::needed) {
    fresh.verdict = verdict_that_counts(fresh, key->key, m_ports.verdicts, m_terms.now);
  }
  look_for_vouched(fresh);
  if (judged.side.commit) {
    const auto side = m_ports.repository.peel(*judged.side.commit);
    fresh.trusted_tree = side ? side->tree : std::nullopt;
  }
  return fresh;
}

Result<void> SuiteFinder::note_trust(Need& need, const SuiteKey& key, const ProtectedSide& side) {
  const auto trust = m_trusts.of(side);
  if (!trust) {
    return tl::unexpected(trust.error());
  }
  notify(trust->notice);
  need.trusts = {trust->terms};
  if (trust->terms != nullptr) {
    need.vouched_keys = vouched_keys(key, need.suite, need.seen, trust->terms->terms().platforms, m_identity.platform);
  }
  return {};
}

void SuiteFinder::notify(const std::string& notice) const {
  if (!notice.empty() && !holds(m_judgement.notices, notice)) {
    m_judgement.notices.push_back(notice);
  }
}

void SuiteFinder::look_for_vouched(Need& need) const {
  if (need.verdict) {
    return;
  }
  if (auto found = vouched_that_counts(need, m_terms.asker, m_ports.verdicts, m_terms.now)) {
    need.verdict = std::move(found->verdict);
    need.voucher = std::move(found->voucher);
  }
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
