#include "policy/policy_change.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <variant>

#include "policy/covering.hpp"
#include "policy/judging.hpp"

namespace gate {

namespace {

class ChangeJudge {
public:
  ChangeJudge(const Policy& policy, const PolicyChange& change, const UpdateFacts& facts, const Scene& scene, std::string file)
      : m_policy(policy), m_change(change), m_facts(facts), m_scene(scene), m_file(std::move(file)) {}

  void judge(Judging& judging) const {
    if (m_change.is_removed) {
      const std::string old = m_change.kept_at                ? m_change.kept_at->brief()
                              : judging.update().creates() ? m_scene.remote + "/HEAD"
                                                           : judging.update().old_oid.brief();
      judging.found("policy-missing", judging.branch() + " would be left without " + m_file, "a ref that has a policy keeps one", {m_file, 0, 0},
                    "git checkout " + old + " -- " + shell_word(m_file) + " && git commit --amend --no-edit --allow-empty");
      return;
    }
    judge_serial(judging);
    if (!m_policy.owners.empty()) {
      judge_owners(judging);
    }
  }

private:
  void judge_serial(Judging& judging) const {
    std::optional<std::int64_t> floor = m_change.old_serial;
    if (m_policy.serial && (!floor || *floor < m_policy.serial->value)) {
      floor = m_policy.serial->value;
    }
    if (!floor || (m_change.new_serial && *m_change.new_serial >= *floor)) {
      return;
    }
    const std::string least = std::to_string(*floor);
    judging.found("policy-serial",
                  m_change.new_serial ? m_file + "'s serial would go from " + least + " back to " + std::to_string(*m_change.new_serial)
                                      : m_file + " would lose its serial, which is " + least,
                  "the serial of a policy never goes down, so that no old policy comes back",
                  m_policy.serial ? m_policy.serial->place : Place{m_file, 0, 0},
                  "write serial = " + std::to_string(*floor == INT64_MAX ? *floor : *floor + 1) + " into " + m_file +
                      " && git commit --amend --no-edit " + shell_word(m_file));
  }

  void judge_owners(Judging& judging) const {
    for (const auto& sentence : m_facts.unknown) {
      judging.found("history", sentence, "the policy changes; who signed that can't be told", m_policy.owners.front().place,
                    "git fetch " + m_scene.remote + "   (in a shallow clone: git fetch --unshallow " + m_scene.remote + ")");
    }
    const auto paths = policy_paths(m_policy, m_file);
    std::set<Oid> changers;
    for (const auto& file : m_facts.files) {
      if (paths.count(file.path) != 0) {
        changers.insert(file.commit);
      }
    }
    const Covering covering(m_facts);
    for (const auto& owners : m_policy.owners) {
      judge_owner(judging, covering, owners, changers);
    }
  }

  void judge_owner(Judging& judging, const Covering& covering, const PolicyOwners& owners, const std::set<Oid>& changers) const {
    const std::vector<bool> covered = covering.by(owners.by);
    CommitList commits;
    std::set<Oid> signed_changers;
    for (std::size_t i = 0; i < covered.size(); ++i) {
      const NewCommit& commit = m_facts.commits[i];
      if (changers.count(commit.oid) != 0 && covered[i]) {
        signed_changers.insert(commit.oid);
      } else if (changers.count(commit.oid) != 0) {
        commits.push_back(&commit);
      }
    }
    // A merge that takes one side's old file back changes it, and no commit shows that.
    const auto& brought = m_change.brought_by;
    const bool is_explained = !brought.empty() && std::all_of(brought.begin(), brought.end(), [&](const auto& file) {
      return std::any_of(file.second.begin(), file.second.end(), [&](const Oid& commit) { return signed_changers.count(commit) != 0; });
    });
    if (commits.empty() && (is_explained || covering.has_signed(owners.by, m_change.commit))) {
      return;
    }
    const std::string whom = any_of_names(owners.by);
    const std::string what = commits.empty() ? "with " + quoted_of(m_facts, m_change.commit) + " the policy would change"
                                             : "the policy is changed by " + some_of(commits);
    const NewCommit* tip = tip_of();
    const CommitList to_sign = !commits.empty() ? commits : tip != nullptr ? CommitList{tip} : CommitList{};
    judging.found("policy-owner", what + " without a signature by " + whom,
                  "a change of the policy comes in a commit, or by a merge, that " + whom + " has signed", owners.place,
                  "have " + whom + " sign it: " + amend_remedy(judging.update(), to_sign, "--no-edit -S"));
  }

  const NewCommit* tip_of() const {
    const auto tip = std::find_if(m_facts.commits.begin(), m_facts.commits.end(), [&](const NewCommit& c) { return c.oid == m_change.commit; });
    return tip == m_facts.commits.end() ? nullptr : &*tip;
  }

  const Policy& m_policy;
  const PolicyChange& m_change;
  const UpdateFacts& m_facts;
  const Scene& m_scene;
  std::string m_file;
};

} // namespace

std::set<std::string> policy_paths(const Policy& policy, std::string_view policy_file) {
  std::set<std::string> paths = {std::string(policy_file)};
  const auto add = [&paths](const std::string& path) {
    if (path.front() != '/') { // one of this machine's is no part of the tree
      paths.insert(path);
    }
  };
  for (const auto& extension : policy.extends) {
    if (const auto* file = std::get_if<Extension::File>(&extension.what)) {
      add(file->path);
    }
  }
  for (const auto& signers : policy.allowed_signers) {
    add(signers.value);
  }
  if (policy.verdicts) {
    for (const auto& signers : policy.verdicts->allowed_signers) {
      add(signers.value);
    }
  }
  for (const auto& block : policy.blocks) {
    for (const auto& signers : block.rules.allowed_signers) {
      add(signers.value);
    }
  }
  return paths;
}

std::vector<Violation> evaluate_policy_change(const Policy& judging, const RefUpdate& update, const UpdateFacts& facts, const Scene& scene,
                                              std::string_view policy_file) {
  if (!facts.policy_change) {
    return {};
  }
  const RuleGroup nobody_skips_it;
  const History none;
  Judging found(nobody_skips_it, update, facts, none, scene);
  ChangeJudge(judging, *facts.policy_change, facts, scene, std::string(policy_file)).judge(found);
  auto violations = found.take();
  const auto rank = [](const Violation& violation) {
    return std::find(rule_ids().begin(), rule_ids().end(), violation.rule) - rule_ids().begin();
  };
  std::stable_sort(violations.begin(), violations.end(), [&](const Violation& a, const Violation& b) { return rank(a) < rank(b); });
  return violations;
}

} // namespace gate
