#include "app/judge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

#include "app/policies.hpp"
#include "app/policy_delta.hpp"
#include "app/required_suites.hpp"
#include "app/update_facts.hpp"
#include "app/update_history.hpp"
#include "base/shell_word.hpp"
#include "policy/policy_change.hpp"

namespace gate {

namespace {

// What is known of one update of the push, however often it is judged.
struct Known {
  Peeled object;
  ProtectedSide side;
  const CommitPolicy* own = nullptr;
  RefRules rules;
  bool has_problems = false; ///< its rules contradict each other, which is said
  bool is_gathered = false;  ///< the facts are here
  UpdateFacts facts;
  UpdateFacts change_facts; ///< of a change of the policy
  std::optional<PolicyChange> policy_change;
};

class PushJudge {
public:
  PushJudge(const Push& push, const JudgePorts& ports, const Identity& identity, const JudgeTerms& terms)
      : m_push(push), m_repository(ports.repository), m_ports(ports), m_identity(identity), m_terms(terms),
        m_policies(ports.repository, ports.sources, identity.version), m_trusts(ports.repository, ports.sources) {}

  Result<Judgement> judge() {
    m_judgement.updates = m_push.updates;
    m_judgement.bypass = m_terms.bypass;
    auto remote = m_repository.remote_named(m_push.remote);
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    m_remote = *std::move(remote);
    m_facts.emplace(m_repository, m_ports.commits, m_ports.sources, m_push, m_remote);
    if (auto done = judge_updates(); !done) {
      return tl::unexpected(done.error());
    }
    if (m_judgement.denied()) {
      m_judgement.needs.clear();
    }
    return std::move(m_judgement);
  }

private:
  // By the names of the refs, so that the order of the push says nothing. An update that this push itself admits is a
  // source for the others (`git push origin development staging`): what was refused is judged again as long as there
  // are new sources.
  Result<void> judge_updates() {
    m_updates = m_push.updates;
    std::stable_sort(m_updates.begin(), m_updates.end(), [](const RefUpdate& a, const RefUpdate& b) { return a.ref < b.ref; });
    std::vector<std::size_t> pending(m_updates.size());
    std::iota(pending.begin(), pending.end(), 0);
    for (const auto index : pending) {
      if (auto known = look_at(index); !known) {
        return known;
      }
    }
    if (m_terms.depth == JudgeTerms::Depth::policies_only) {
      for (const auto index : pending) {
        note_publications(m_known[index]);
      }
      return {};
    }
    while (true) {
      const std::size_t sources_before = m_admitted.size();
      std::vector<std::size_t> refused;
      m_refusals.clear();
      for (const auto index : pending) {
        const std::size_t before = m_refusals.size();
        if (auto done = judge_update(index); !done) {
          return done;
        }
        if (m_refusals.size() != before) {
          refused.push_back(index);
        }
      }
      if (refused.empty() || m_admitted.size() == sources_before) {
        break;
      }
      pending = std::move(refused);
    }
    auto& violations = m_judgement.violations;
    violations.insert(violations.begin(), m_refusals.begin(), m_refusals.end());
    return {};
  }

  // A server can't know what its clones call it: blocks for some remotes may mean it.
  std::optional<std::string> remote_of_rules() const { return m_terms.suites == JudgeTerms::Suites::elsewhere ? std::nullopt : m_remote; }

  // What the remote is called in a command that mends something; a URL may hold a password.
  std::string remote_for_people() const { return m_remote ? shell_word(*m_remote) : "<remote>"; }

  // All updates before any of them is judged: commits that several bring are read and judged once.
  Result<void> look_at(std::size_t index) {
    const RefUpdate& update = m_updates[index];
    Known& known = m_known[index];
    auto object = peel(update);
    if (!object) {
      return tl::unexpected(object.error());
    }
    known.object = *object;
    // The protected side first: where both have the same text, a violation names that side's commit.
    auto side = protected_side(update, object->commit);
    if (!side) {
      return tl::unexpected(side.error());
    }
    known.side = *std::move(side);
    if (auto read = read_own(update, known); !read) {
      return read;
    }
    if (known.side.is_unknown) {
      return {};
    }
    notify(known.side.notice);
    if (known.side.policy == nullptr) {
      return {};
    }
    auto rules = rules_for(*known.side.policy, update.ref, remote_of_rules());
    if (!rules) {
      report_problems(rules.error());
      known.has_problems = true;
      return {};
    }
    known.rules = *std::move(rules);
    for (const auto& off : known.rules.off) {
      notify("the block at " + off.str() + " speaks of " + update.ref.brief() + " and is switched off");
    }
    m_judgement.shares_verdicts = m_judgement.shares_verdicts || (known.side.policy->verdicts && known.side.policy->verdicts->share);
    m_facts->expect({update, known.object, known.rules, known.side});
    return {};
  }

  Result<void> judge_update(std::size_t index) {
    const RefUpdate& update = m_updates[index];
    Known& known = m_known[index];
    note_publications(known);
    if (known.side.is_unknown) {
      m_refusals.push_back(unknown_side(update));
      return {};
    }
    if (known.has_problems) {
      return {};
    }
    if (known.side.policy != nullptr && !known.is_gathered) {
      if (auto gathered = gather(update, known); !gathered) {
        return gathered;
      }
      known.is_gathered = true;
    }
    return judge_by(update, known);
  }

  // Of this update, while its suites are looked for. A commit must not redirect what its own merge publishes.
  void note_publications(const Known& known) {
    if (known.object.commit) {
      m_judgement.own_publish_rules = known.own != nullptr && known.own->policy ? known.own->policy->publications : std::vector<PublishRule>();
      m_judgement.publish_rules = m_judgement.own_publish_rules;
    }
    if (known.side.policy != nullptr) {
      m_judgement.publish_rules = known.side.policy->publications;
    }
  }

  Result<void> read_own(const RefUpdate& update, Known& known) {
    if (!known.object.commit) {
      return {};
    }
    const auto read = m_policies.at(*known.object.commit);
    if (!read) {
      return tl::unexpected(read.error());
    }
    known.own = *read;
    report_problems(known.own->problems);
    if (known.own->policy) {
      // A policy that contradicts itself would let nobody in any more, not even who mends it.
      const auto rules = rules_for(*known.own->policy, update.ref, remote_of_rules());
      report_problems(rules ? std::vector<Diagnostic>() : rules.error());
      report_problems(missing_signers(*known.own->policy, *known.object.commit));
    }
    return {};
  }

  // Who names owners, or asks for verdicts, and not who signs for them, locks the policy for ever.
  std::vector<Diagnostic> missing_signers(const Policy& policy, const Oid& commit) {
    std::vector<Diagnostic> problems;
    auto files = policy.allowed_signers;
    if (policy.verdicts) {
      files.insert(files.end(), policy.verdicts->allowed_signers.begin(), policy.verdicts->allowed_signers.end());
    }
    for (const auto& file : files) {
      const auto text = file.value.front() == '/' ? Result<std::optional<std::string>>(std::string()) : m_repository.file_at(commit, file.value);
      if (!text || !*text) {
        problems.push_back({file.place, "there is no file \"" + file.value + "\" beside this policy", "commit it together with the policy"});
      }
    }
    return problems;
  }

  // What the policy branch had once is no change.
  Result<bool> guards(const RefUpdate& update, const Known& known) {
    if (known.own == nullptr || !known.side.commit) {
      return false;
    }
    auto guarded = guards_policy(known.rules, update.ref, m_remote, m_policies);
    if (!guarded || !*guarded || !update.creates()) {
      return guarded;
    }
    // Where that can't be told, it is one.
    const auto fresh = m_ports.commits.new_commits({*known.object.commit}, {*known.side.commit});
    return !fresh || !fresh->empty();
  }

  Result<void> gather(const RefUpdate& update, Known& known) {
    if (update.removes()) {
      known.facts.now = m_terms.now;
      return {};
    }
    const auto is_guarded = guards(update, known);
    if (!is_guarded) {
      return tl::unexpected(is_guarded.error());
    }
    auto change = *is_guarded ? policy_delta(known.side, *known.object.commit, m_policies, m_repository) : Result<std::optional<PolicyChange>>(std::nullopt);
    if (!change) {
      return tl::unexpected(change.error());
    }
    known.policy_change = *std::move(change);
    const JudgedUpdate judged{update, known.object, known.rules, known.side};
    auto facts = m_facts->gather(judged);
    if (!facts) {
      return tl::unexpected(facts.error());
    }
    known.facts = *std::move(facts);
    known.facts.now = m_terms.now;
    if (known.policy_change && !known.side.policy->owners.empty()) {
      auto changes = m_facts->gather_policy_change(judged);
      if (!changes) {
        return tl::unexpected(changes.error());
      }
      known.change_facts = *std::move(changes);
      if (auto found = find_bringers(*known.policy_change, known.change_facts.files, m_repository); !found) {
        return found;
      }
    }
    known.change_facts.policy_change = known.policy_change;
    return {};
  }

  // Nothing of the remote's side is here, and it has something: not even whether the ref is protected can be told.
  Violation unknown_side(const RefUpdate& update) const {
    const std::string branch = update.ref.brief();
    const std::string remote = remote_for_people();
    return {"history", update.ref, "which policy the remote has for " + branch + " is not known in this repository",
            "whether " + branch + " is protected can't be told", {},
            "git fetch " + remote + " " + shell_word("+refs/heads/*:refs/remotes/" + m_remote.value_or("<remote>") + "/*") + " && git remote set-head " + remote + " --auto"};
  }

  Result<Peeled> peel(const RefUpdate& update) {
    if (update.removes()) {
      return Peeled{};
    }
    auto object = m_repository.peel(update.new_oid);
    if (object && object->kind == Peeled::Kind::missing) {
      return could_not_run("the object " + update.new_oid.brief() + " that would go to " + update.ref.full() + " is not in this repository");
    }
    return object;
  }

  Result<ProtectedSide> protected_side(const RefUpdate& update, const std::optional<Oid>& pushed) {
    std::optional<Oid> tip;
    if (!update.creates()) {
      const auto old_object = m_repository.peel(update.old_oid);
      if (!old_object) {
        return tl::unexpected(old_object.error());
      }
      tip = old_object->commit;
    }
    if (!tip && !update.creates() && m_remote) {
      // Somebody pushed since the last fetch: what was there then still tells whether the ref is protected.
      const auto tracked = m_repository.tracking_tip(*m_remote, update.ref);
      if (!tracked) {
        return tl::unexpected(tracked.error());
      }
      tip = *tracked;
    }
    auto side = m_policies.judging(update.ref, tip, m_remote, pushed);
    if (!side || side->policy != nullptr) {
      return side ? m_policies.usable(*std::move(side), update.ref, remote_of_rules()) : std::move(side);
    }
    side->is_unknown = side->is_unknown || (!update.creates() && !tip);
    return side;
  }

  Result<void> judge_by(const RefUpdate& update, Known& known) {
    auto histories = histories_of({update, known.object, known.rules, known.side}, m_remote, m_admitted, m_repository);
    if (!histories) {
      return tl::unexpected(histories.error());
    }
    known.facts.histories = *std::move(histories);
    std::vector<Violation> found;
    if (known.side.policy != nullptr) {
      const Scene scene{remote_for_people()};
      found = evaluate(known.rules, update, known.facts, scene);
      auto changes = evaluate_policy_change(*known.side.policy, update, known.change_facts, scene);
      std::move(changes.begin(), changes.end(), std::back_inserter(found));
    }
    auto decision = decide(std::move(found), m_terms.bypass);
    const bool admitted = decision.denied.empty();
    std::move(decision.denied.begin(), decision.denied.end(), std::back_inserter(m_refusals));
    if (!admitted) {
      return {};
    }
    std::move(decision.told.begin(), decision.told.end(), std::back_inserter(m_judgement.told));
    std::move(decision.bypassed.begin(), decision.bypassed.end(), std::back_inserter(m_judgement.bypassed));
    if (update.removes()) {
      return {};
    }
    if (update.ref.is_branch() && known.object.commit) {
      m_admitted.push_back({update.ref, *known.object.commit});
    }
    return m_terms.suites == JudgeTerms::Suites::needed || is_asked_for_verdicts(known) ? require_suites(update, known) : Result<void>();
  }

  // Of others, where no suite is run.
  static bool is_asked_for_verdicts(const Known& known) { return known.side.policy != nullptr && asks_for_verdicts(*known.side.policy, known.rules); }

  Result<void> require_suites(const RefUpdate& update, const Known& known) {
    const Policy* own = known.own != nullptr && known.own->policy ? &*known.own->policy : nullptr;
    const auto found = SuiteFinder(m_ports, m_identity, m_terms, m_trusts, m_judgement)
                           .require({update, known.object, known.rules, known.side}, own, known.policy_change.has_value(), remote_of_rules());
    report_problems(found.value_or(std::vector<Diagnostic>()));
    return found ? Result<void>() : tl::unexpected(found.error());
  }

  void report_problems(const std::vector<Diagnostic>& problems) {
    for (const auto& problem : problems) {
      const auto known = std::any_of(m_judgement.problems.begin(), m_judgement.problems.end(), [&](const Diagnostic& d) {
        return d.place.str() == problem.place.str() && d.message == problem.message;
      });
      if (!known) {
        m_judgement.problems.push_back(problem);
      }
    }
  }

  void notify(const std::string& notice) {
    auto& notices = m_judgement.notices;
    if (!notice.empty() && std::find(notices.begin(), notices.end(), notice) == notices.end()) {
      notices.push_back(notice);
    }
  }

  const Push& m_push;
  Repository& m_repository;
  const JudgePorts& m_ports;
  const Identity& m_identity;
  const JudgeTerms& m_terms;
  Policies m_policies;
  VerdictTrusts m_trusts;
  std::optional<FactFinder> m_facts;
  std::optional<std::string> m_remote;
  std::vector<RefUpdate> m_updates;       ///< of the push, by the names of their refs
  std::map<std::size_t, Known> m_known; ///< by index
  std::vector<BranchTip> m_admitted;
  std::vector<Violation> m_refusals;
  Judgement m_judgement;
};

} // namespace

bool Need::may_be_vouched_for() const {
  return suite.reusable && unknown_key.empty() && !trusts.empty() && std::all_of(trusts.begin(), trusts.end(), [](const auto& trust) { return trust != nullptr; });
}

bool Judgement::nothing_to_run() const {
  return std::all_of(needs.begin(), needs.end(), [](const Need& n) { return n.verdict.has_value(); });
}

Result<Judgement> judge(const Push& push, const JudgePorts& ports, const Identity& identity, const JudgeTerms& terms) {
  return PushJudge(push, ports, identity, terms).judge();
}

} // namespace gate
