#include "policy/scenario.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "base/shell_word.hpp"
#include "policy/policy_change.hpp"

namespace gate {

namespace {

constexpr std::size_t k_oid_digits = 40;

Oid oid_for(const std::string& what) { return *Oid::parse(Digest::of(what).hex().substr(0, k_oid_digits)); }

std::string subject_of(const std::string& message) { return message.substr(0, message.find('\n')); }

// Whether what the scenario brings in lies on a branch that it may come from. Without `from` that is any other branch.
bool is_from_source(const Scenario& scenario, const Rules& rules) {
  if (!rules.from) {
    return true;
  }
  const auto& from = rules.from->value;
  return scenario.of && std::find(from.begin(), from.end(), *scenario.of) != from.end();
}

/// Makes up the commits, so that they hang together as a repository's would.
class Teller {
public:
  Teller(const Scenario& scenario, const RefRules& rules) : m_scenario(scenario), m_rules(rules) {
    m_told.facts.now = scenario.at;
    m_told.facts.policy_change = scenario.policy_change;
  }

  ToldUpdate tell() {
    tell_commits();
    const bool removes = m_scenario.update == Shape::remove;
    const bool creates = m_scenario.update == Shape::create;
    m_told.update = {"HEAD", removes ? Oid() : m_tip, m_scenario.ref, creates ? Oid() : m_old};
    std::reverse(m_told.facts.commits.begin(), m_told.facts.commits.end());
    std::reverse(m_line.begin(), m_line.end());
    for (const auto& group : m_rules.groups) {
      m_told.facts.histories.push_back(removes || creates ? std::nullopt : std::optional(history_for(group.rules)));
    }
    if (m_told.facts.policy_change) {
      m_told.facts.policy_change->commit = m_tip;
    }
    if (m_scenario.tag && !removes) {
      tell_tag();
    }
    return std::move(m_told);
  }

private:
  // In a `merge` the commits that are none come in by the next merge; everywhere else they stand on the line itself.
  void tell_commits() {
    const bool by_merge = m_scenario.update == Shape::merge;
    const bool from_elsewhere = m_scenario.update == Shape::force || m_scenario.update == Shape::create;
    m_tip = from_elsewhere ? oid_for("elsewhere") : m_old;
    for (const auto& described : m_scenario.commits) {
      const Oid oid = oid_for("commit " + std::to_string(m_told.facts.commits.size()));
      std::vector<Oid> parents{by_merge && !described.merge ? m_merged : m_tip};
      if (described.merge) {
        parents.push_back(m_merged);
      }
      if (described.merge && m_scenario.is_turned_around) {
        std::swap(parents.front(), parents.back());
      }
      tell_commit(described, oid, parents);
      if (by_merge && !described.merge) {
        m_merged = oid;
      } else {
        m_line.push_back({oid, subject_of(described.message), described.merge.has_value(), {}});
        m_tip = oid;
      }
    }
    if (m_line.empty() && m_scenario.update == Shape::fast_forward) {
      // Commits that another branch of the remote has are not new: the line is all there is of them.
      m_tip = m_merged;
      m_line.push_back({m_tip, "Something that is there already", false, {}});
    }
    if (m_scenario.is_turned_around) {
      // The line runs through what was to be merged.
      m_line.insert(m_line.begin(), {m_merged, "Something on the other side", false, {}});
    }
  }

  void tell_commit(const DescribedCommit& described, const Oid& oid, const std::vector<Oid>& parents) {
    auto& facts = m_told.facts;
    facts.commits.push_back({oid, parents, {"Author", described.author}, {"Committer", described.committer}, described.message});
    facts.signatures[oid] = described.signature;
    RemadeMerge merge{oid, described.merge.value_or(RemadeMerge::Outcome::same), {}, {}};
    for (const auto& file : described.files) {
      const auto blob = file.is_removed ? std::nullopt : std::optional(oid_for("file " + file.path));
      facts.files.push_back({oid, file.path, blob, file.size});
      if (file.has_secret) {
        facts.secrets.push_back({oid, file.path, 1, "secret"});
      }
      if (merge.outcome == RemadeMerge::Outcome::edited) {
        merge.smuggled.push_back(file.path);
      }
    }
    if (described.merge) {
      facts.merges.push_back(std::move(merge));
    }
  }

  History history_for(const Rules& rules) const {
    History history;
    if (m_scenario.update == Shape::force) {
      history.relation = History::Relation::diverged;
      return history;
    }
    history.relation = History::Relation::descends;
    history.on_first_parent_line = !m_scenario.is_turned_around;
    history.line = m_line;
    const bool is_admitted = is_from_source(m_scenario, rules);
    for (auto& commit : history.line) {
      if (commit.is_merge && !is_admitted) {
        commit.foreign_parents.push_back(m_merged);
      }
    }
    const bool may_forward = rules.from || !rules.allow || rules.allow->value.contains(Shape::fast_forward);
    if (m_scenario.update == Shape::fast_forward && is_admitted && may_forward) {
      history.contained_in = m_scenario.of ? m_scenario.of : RefName::branch("another");
    }
    return history;
  }

  void tell_tag() {
    const Oid object = oid_for("tag");
    m_told.update.new_oid = object;
    m_told.facts.tag_object = object;
    m_told.facts.signatures[object] = *m_scenario.tag;
  }

  const Scenario& m_scenario;
  const RefRules& m_rules;
  ToldUpdate m_told{{"HEAD", Oid(), m_scenario.ref, Oid()}, {}};
  std::vector<LineCommit> m_line; ///< oldest first, until it is told
  Oid m_old = oid_for("old tip");
  Oid m_merged = oid_for("merged"); ///< what the next merge brings in
  Oid m_tip;
};

using Names = std::set<std::string>;

Names rules_of(const std::vector<Violation>& violations) {
  Names names;
  std::transform(violations.begin(), violations.end(), std::inserter(names, names.end()), [](const Violation& v) { return v.rule; });
  return names;
}

std::string listed(const Names& names, const std::string& none) {
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text.empty() ? none : text;
}

std::vector<std::string> reasons_of(const std::vector<Violation>& violations, const Names& expected) {
  std::vector<std::string> reasons;
  for (const auto& violation : violations) {
    if (expected.count(violation.rule) == 0) {
      reasons.push_back(violation.rule + ": " + violation.what + (violation.origin.file.empty() ? "" : "   (" + violation.origin.str() + ")"));
    }
  }
  return reasons;
}

/// Compares what came with what was expected, and keeps what differs.
class Comparison {
public:
  explicit Comparison(ScenarioResult& result) : m_result(result) {}

  void of_refused(const std::vector<std::string>& wanted, const std::vector<Violation>& denied) {
    const Names expected(wanted.begin(), wanted.end());
    const Names came = rules_of(denied);
    const auto word = [](const Names& names) { return names.empty() ? "allowed" : "refused: " + listed(names, ""); };
    if (expected != came) {
      m_result.mismatches.push_back({word(expected), word(came), reasons_of(denied, expected)});
    }
  }

  void of_list(const std::string& title, const std::optional<std::vector<std::string>>& wanted, const std::vector<Violation>& violations) {
    const Names expected = wanted ? Names(wanted->begin(), wanted->end()) : Names();
    of_names(title, wanted, rules_of(violations), reasons_of(violations, expected));
  }

  void of_names(const std::string& title, const std::optional<std::vector<std::string>>& wanted, const Names& came,
                std::vector<std::string> reasons) {
    const Names expected = wanted ? Names(wanted->begin(), wanted->end()) : Names();
    if (wanted && expected != came) {
      m_result.mismatches.push_back({title + listed(expected, "none"), title + listed(came, "none"), std::move(reasons)});
    }
  }

private:
  ScenarioResult& m_result;
};

// Nothing said means every suite; what goes away needs none, and notes only where a block speaks of them.
Names suites_for(const Scenario& scenario, const RefRules& rules, const Policy& policy) {
  Names names;
  if (scenario.update == Shape::remove || (scenario.ref.is_note() && !rules.mentioned)) {
    return names;
  }
  if (rules.require) {
    names.insert(rules.require->value.begin(), rules.require->value.end());
    return names;
  }
  std::transform(policy.suites.begin(), policy.suites.end(), std::inserter(names, names.end()), [](const auto& suite) { return suite.first; });
  return names;
}

} // namespace

ToldUpdate tell(const Scenario& scenario, const RefRules& rules) { return Teller(scenario, rules).tell(); }

ScenarioResult try_out(const Scenario& scenario, const Policy& policy) {
  ScenarioResult result{scenario.name, scenario.place, {}};
  const auto rules = rules_for(policy, scenario.ref, scenario.remote);
  if (!rules) {
    ScenarioMismatch mismatch{"an answer", "the policy contradicts itself on " + scenario.ref.brief(), {}};
    for (const auto& problem : rules.error()) {
      mismatch.reasons.push_back(problem.place.str() + ": " + problem.message);
    }
    result.mismatches.push_back(std::move(mismatch));
    return result;
  }
  const auto told = tell(scenario, *rules);
  const Scene scene{shell_word(scenario.remote)};
  auto found = evaluate(*rules, told.update, told.facts, scene);
  auto of_policy = evaluate_policy_change(policy, told.update, told.facts, scene);
  std::move(of_policy.begin(), of_policy.end(), std::back_inserter(found));
  const auto decision = decide(std::move(found), scenario.bypass);
  Comparison compare(result);
  compare.of_refused(scenario.expected.refused, decision.denied);
  compare.of_list("told: ", scenario.expected.told, decision.told);
  compare.of_list("bypassed: ", scenario.expected.bypassed, decision.bypassed);
  compare.of_names("suites: ", scenario.expected.suites, suites_for(scenario, *rules, policy), {});
  return result;
}

} // namespace gate
