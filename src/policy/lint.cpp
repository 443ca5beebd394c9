#include "policy/lint.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "policy/describe.hpp"
#include "policy/judging.hpp"
#include "policy/lint_block.hpp"
#include "policy/lint_joined.hpp"
#include "policy/lint_publication.hpp"
#include "policy/lint_suite.hpp"
#include "policy/lint_verdicts.hpp"

namespace gate {

namespace {

bool same(const Place& a, const Place& b) { return a.file == b.file && a.line == b.line && a.column == b.column; }

std::string value_under(const Rules& rules, const std::string& key) {
  for (auto& row : describe(rules)) {
    if (row.key == key) {
      return std::move(row.value);
    }
  }
  return {};
}

// Do the rules demand all that these others say under the key?
bool holds(const Rules& rules, const Rules& demanded, const std::string& key, const RefName& ref) {
  Rules both = rules;
  std::vector<Diagnostic> unused;
  tighten(both, demanded, ref, unused);
  return value_under(both, key) == value_under(rules, key);
}

// Rules that are put to new commits alone.
bool is_about_new_commits(const RuleRow& row, const Rules& rules) {
  if (row.key == "merge_content") {
    return rules.merge_content->value != MergeContent::any;
  }
  if (row.key == "signed") {
    return rules.signed_commits->value != SignedCommits::none;
  }
  return row.key.rfind("commits.", 0) == 0 || row.key.rfind("files.", 0) == 0;
}

class PolicyLint {
public:
  PolicyLint(const Policy& policy, std::chrono::system_clock::time_point now) : m_policy(policy), m_now(now), m_trials(policy) {}

  std::vector<Finding> run() {
    for (const auto& block : m_policy.blocks) {
      for (auto& finding : lint_block(block, m_now)) {
        m_found.push_back(std::move(finding));
      }
      for (auto& finding : lint_joined(block, m_trials)) {
        add(finding.severity, std::move(finding.diagnostic));
      }
      look_at_sources(block);
      look_at_signers(block);
      look_at_neighbours(block);
      look_at_other_branches(block);
    }
    look_at_owners();
    look_at_publications();
    look_at_suites();
    look_at_verdicts();
    return std::move(m_found);
  }

private:
  void add(Finding::Severity severity, Diagnostic diagnostic) {
    const bool is_known = std::any_of(m_found.begin(), m_found.end(), [&](const Finding& known) {
      return same(known.diagnostic.place, diagnostic.place) && known.diagnostic.message == diagnostic.message;
    });
    if (!is_known) {
      m_found.push_back({severity, std::move(diagnostic)});
    }
  }
  void warn(const Place& place, std::string message, std::string hint) { add(Finding::Severity::warning, {place, std::move(message), std::move(hint)}); }

  bool is_mentioned(const RefName& ref) const {
    return std::any_of(m_policy.blocks.begin(), m_policy.blocks.end(), [&](const Block& block) {
      return std::any_of(block.match.value.begin(), block.match.value.end(), [&](const RefPattern& pattern) { return pattern.matches(ref); });
    });
  }

  // A source is as safe as what may be pushed there.
  void look_at_sources(const Block& block) {
    constexpr std::array<std::string_view, 8> k_usual = {"main", "master", "develop", "development", "dev", "staging", "trunk", "next"};
    if (!block.rules.from) {
      return;
    }
    for (const auto& source : block.rules.from->value) {
      const std::string name = source.brief();
      const bool is_usual = std::find(k_usual.begin(), k_usual.end(), name) != k_usual.end() || name.rfind("release/", 0) == 0;
      if (!is_usual && !is_mentioned(source)) {
        warn(block.rules.from->place, "\"from\" names " + name + ", and no block says anything about that branch",
             "is it spelt right? If so, protect it: whoever can push there decides what may be merged");
      }
    }
  }

  void look_at_signers(const Block& block) {
    const auto& rules = block.rules;
    if (!rules.needs_signatures() || !rules.allowed_signers.empty() || !m_policy.allowed_signers.empty()) {
      return;
    }
    const Place& place = rules.owners.empty() ? rules.signed_commits->place : rules.owners.front().place;
    warn(place, "signatures are asked for, and no \"allowed_signers\" says whose SSH keys are good: only GPG keys that the judging machine trusts are",
         "name a file: allowed_signers = \".gate/allowed_signers\" in this block or in [policy]");
  }

  // Commits are judged where they are new, and somebody chooses where that is.
  void look_at_other_branches(const Block& block) {
    if (block.enforcement.value == Enforcement::off) {
      return;
    }
    std::vector<std::string> keys;
    std::optional<Place> place;
    for (const auto& row : describe(block.rules)) {
      if (is_about_new_commits(row, block.rules) && holds_on_own_branches(block, row.key) && !holds_everywhere(block, row.key)) {
        keys.push_back("\"" + row.key + "\"");
        place = place ? place : row.places.front();
      }
    }
    if (place) {
      warn(*place, some_of(keys, keys.size()) + (keys.size() == 1 ? " does" : " do") + " not hold so for every other branch: what reached another ref of the remote first is not new any more",
           "put the rule into a block for \"**\" too");
    }
  }

  bool holds_in(const Block& block, const std::string& key, const Trial& trial) const {
    return trial.rules && holds(held(*trial.rules, block.enforcement.value, trial.ref), block.rules, key, trial.ref);
  }

  // A lower layer may have loosened it there.
  bool holds_on_own_branches(const Block& block, const std::string& key) const {
    const auto trials = m_trials.of(block);
    return std::any_of(trials.begin(), trials.end(), [&](const Trial* trial) { return trial->ref.is_branch() && holds_in(block, key, *trial); });
  }

  bool holds_everywhere(const Block& block, const std::string& key) const {
    const auto& trials = m_trials.all();
    return std::all_of(trials.begin(), trials.end(), [&](const Trial& trial) {
      return !trial.rules || !trial.ref.is_branch() || !speaks_of_remote(block, trial.remote) || holds_in(block, key, trial);
    });
  }

  // Each contradiction once, with the first ref that has it.
  void add_contradictions(const Trial& trial) {
    for (const auto& problem : trial.rules.error()) {
      const auto message = problem.message.substr(0, problem.message.rfind(trial.ref.brief()));
      if (m_contradictions.insert(problem.place.str() + message).second) {
        add(Finding::Severity::error, problem);
      }
    }
  }

  // What the block says together with all others that match the same refs.
  void look_at_neighbours(const Block& block) {
    std::vector<RefRules> met;
    for (const Trial* trial : m_trials.of(block)) {
      if (trial->rules) {
        met.push_back(*trial->rules);
      } else {
        add_contradictions(*trial);
      }
    }
    if (met.empty() || block.enforcement.value == Enforcement::off) {
      return;
    }
    for (const auto& row : describe(block.rules)) {
      look_for_stricter(block, row, met);
    }
  }

  void look_for_stricter(const Block& block, const RuleRow& row, const std::vector<RefRules>& met) {
    const ExplainedRule* stricter = nullptr;
    std::vector<ExplainedGroup> groups;
    for (const auto& rules : met) {
      groups = explain(m_policy, rules);
      stricter = overruling(groups, row);
      if (stricter == nullptr) {
        return;
      }
    }
    const bool is_higher = std::any_of(m_policy.blocks.begin(), m_policy.blocks.end(), [&](const Block& other) {
      return other.layer < m_policy.layers.size() && block.layer < m_policy.layers.size() && m_policy.layers[other.layer].rank < m_policy.layers[block.layer].rank &&
             same_rule(other, row.key, stricter->row.places);
    });
    warn(row.places.front(), "this \"" + row.key + "\" never decides: the one at " + stricter->row.places.front().str() + " is stricter for every ref that this block matches",
         is_higher ? "that file would have to let it be loosened: allow_override = [\"" + row.key + "\"]" : "remove one of them");
  }

  static bool same_rule(const Block& block, const std::string& key, const std::vector<Place>& places) {
    const auto rows = describe(block.rules);
    return std::any_of(rows.begin(), rows.end(), [&](const RuleRow& row) { return row.key == key && same(row.places.front(), places.front()); });
  }

  // The rule that leaves nothing of this line; nothing when the line counts.
  static const ExplainedRule* overruling(const std::vector<ExplainedGroup>& groups, const RuleRow& row) {
    for (const auto& group : groups) {
      for (const auto& rule : group.rules) {
        const auto line = std::find_if(rule.lines.begin(), rule.lines.end(), [&](const RuleLine& l) { return rule.row.key == row.key && same(l.place, row.places.front()); });
        if (line != rule.lines.end()) {
          return line->fate == LineFate::overruled && !rule.row.places.empty() ? &rule : nullptr;
        }
      }
    }
    return nullptr;
  }

  void look_at_owners() {
    if (!m_policy.owners.empty() && m_policy.allowed_signers.empty()) {
      warn(m_policy.owners.front().place,
           "a change of this policy needs an owner's signature, and no \"allowed_signers\" in [policy] says whose SSH keys are good: only GPG keys that the judging machine trusts are",
           "[policy] allowed_signers = \".gate/allowed_signers\"");
    }
  }

  void look_at_publications() {
    for (const auto& rule : m_policy.publications) {
      const auto rules = rules_for(m_policy, rule.branch, {});
      if (rules && !rules->is_protected()) {
        warn(rule.place, "[publish." + rule.name + "] publishes what is on " + rule.branch.brief() + ", and no block protects that branch: whoever can push decides what is published",
             "say how commits get there: a [[branch]] block that matches it, with \"allow\"");
      }
      const auto findings = lint_publication(rule);
      m_found.insert(m_found.end(), findings.begin(), findings.end());
    }
  }

  void look_at_verdicts() {
    for (auto& finding : lint_verdicts(m_policy)) {
      add(finding.severity, std::move(finding.diagnostic));
    }
  }

  // Where no block asks for suites all of them run; so a suite is idle only where every block asks for others.
  void look_at_suites() {
    for (const auto& [name, suite] : m_policy.suites) {
      const auto findings = lint_suite(suite);
      m_found.insert(m_found.end(), findings.begin(), findings.end());
    }
    const auto& blocks = m_policy.blocks;
    const bool all_choose = !blocks.empty() && std::all_of(blocks.begin(), blocks.end(), [](const Block& block) { return block.rules.require.has_value(); });
    if (!all_choose) {
      return;
    }
    std::set<std::string> used;
    for (const auto& block : blocks) {
      used.insert(block.rules.require->value.begin(), block.rules.require->value.end());
    }
    for (const auto& rule : m_policy.publications) {
      if (const auto* image = std::get_if<ImageDestination>(&rule.what)) {
        used.insert(image->suite);
      }
    }
    for (const auto& [name, suite] : m_policy.suites) {
      if (used.count(name) == 0) {
        warn(suite.place, "no \"require\" names suite " + name + ", and nothing publishes its image: it runs only for refs that no block matches",
             "name it in a block's \"require\", or remove it");
      }
    }
  }

  const Policy& m_policy;
  std::chrono::system_clock::time_point m_now;
  Trials m_trials;
  std::set<std::string> m_contradictions;
  std::vector<Finding> m_found;
};

} // namespace

std::vector<Finding> lint(const Policy& policy, std::chrono::system_clock::time_point now) { return PolicyLint(policy, now).run(); }

} // namespace gate
