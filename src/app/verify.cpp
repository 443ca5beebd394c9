#include "app/verify.hpp"

#include <algorithm>
#include <iterator>

#include "app/policies.hpp"
#include "app/policy_delta.hpp"
#include "app/required_suites.hpp"
#include "app/update_facts.hpp"
#include "base/shell_word.hpp"

namespace gate {

namespace {

// Does each trust admit it from its role, for an authority?
bool is_for_authority(const VouchedVerdict& vouched, const Need& need) {
  return std::all_of(need.trusts.begin(), need.trusts.end(),
                     [&](const auto& trust) { return trust != nullptr && trust->admits(vouched.voucher.role, Asker::authority); });
}

class CommitVerifier {
public:
  CommitVerifier(const VerifySide& side, const VerifyPorts& ports, const Identity& identity, const VerifyTerms& terms)
      : m_side(side), m_ports(ports), m_identity(identity), m_terms(terms), m_policies(ports.judge.repository, ports.judge.sources, identity.version),
        m_trusts(ports.judge.repository, ports.judge.sources), m_lookup(ports.foreign, terms.now) {
    m_judge_terms.now = terms.now;
    m_verification.remote = side.remote;
    m_verification.asker = terms.asker;
  }

  Result<Verification> verify(const std::vector<NamedCommit>& commits) {
    if (commits.empty()) {
      return std::move(m_verification);
    }
    if (auto found = find_policy(commits.front().commit); !found) {
      return tl::unexpected(found.error());
    }
    if (!m_verification.problems.empty()) {
      return std::move(m_verification);
    }
    SuiteFinder finder(m_ports.judge, m_identity, m_judge_terms, m_trusts, m_judgement);
    for (const auto& named : commits) {
      auto standing = look_at(named, finder);
      if (!standing) {
        return tl::unexpected(standing.error());
      }
      m_verification.commits.push_back(*std::move(standing));
    }
    return std::move(m_verification);
  }

private:
  Result<void> find_policy(const Oid& first) {
    auto remote = m_ports.judge.repository.remote_named(m_side.remote);
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    m_remote = *std::move(remote);
    auto side = m_policies.judging(m_side.ref, m_side.tip, m_remote, first);
    if (side && side->policy != nullptr) {
      side = m_policies.usable(*std::move(side), m_side.ref, m_remote);
    }
    if (!side) {
      return tl::unexpected(side.error());
    }
    m_protected = *std::move(side);
    if (m_protected.is_unknown) {
      return could_not_run("which policy " + m_side.remote + " has for " + m_side.ref.brief() + " is not known in this repository", "git fetch " + shell_word(m_side.remote));
    }
    if (m_protected.policy == nullptr) {
      m_verification.notices.push_back(m_side.remote + " has no gate.toml as far as is known here: each commit's own says what is required");
      return {};
    }
    if (!m_protected.notice.empty()) {
      m_verification.notices.push_back(m_protected.notice);
    }
    auto rules = rules_for(*m_protected.policy, m_side.ref, m_remote);
    if (!rules) {
      m_verification.problems = rules.error();
      return {};
    }
    m_rules = *std::move(rules);
    const auto guarded = guards_policy(m_rules, m_side.ref, m_remote, m_policies);
    if (!guarded) {
      return tl::unexpected(guarded.error());
    }
    m_is_guarded = *guarded;
    return {};
  }

  Result<CommitStanding> look_at(const NamedCommit& named, SuiteFinder& finder) {
    CommitStanding standing{named.commit, m_side.ref, named.subject, {}, {}};
    const auto object = m_ports.judge.repository.peel(named.commit);
    const auto own = m_policies.at(named.commit);
    const auto is_change = changes_policy(named.commit);
    if (!object || !own || !is_change) {
      return tl::unexpected(!object ? object.error() : !own ? own.error() : is_change.error());
    }
    for (const auto& problem : (*own)->problems) {
      standing.problems.push_back(problem.place.str() + ": " + problem.message);
    }
    const Policy* own_policy = (*own)->policy ? &*(*own)->policy : nullptr;
    m_judgement = Judgement();
    note_publications(own_policy);
    const RefUpdate update{"", named.commit, m_side.ref, m_side.tip.value_or(Oid())};
    const auto found = finder.require({update, *object, m_rules, m_protected}, own_policy, *is_change, m_remote);
    if (!found) {
      return tl::unexpected(found.error());
    }
    tell(standing, *found);
    for (const auto& need : m_judgement.needs) {
      standing.suites.push_back(standing_of(need));
    }
    return standing;
  }

  // What is published makes a difference to which verdicts count.
  void note_publications(const Policy* own) {
    m_judgement.own_publish_rules = own != nullptr ? own->publications : std::vector<PublishRule>();
    m_judgement.publish_rules = m_protected.policy != nullptr ? m_protected.policy->publications : m_judgement.own_publish_rules;
  }

  // What the ref has already is no change of its policy.
  Result<bool> changes_policy(const Oid& commit) {
    if (!m_is_guarded) {
      return false;
    }
    const auto change = policy_delta(m_protected, commit, m_policies, m_ports.judge.repository);
    if (!change) {
      return tl::unexpected(change.error());
    }
    if (!*change || !m_side.tip) {
      return change->has_value();
    }
    const auto history = m_ports.judge.repository.history(commit, *m_side.tip, {});
    return history ? Result<bool>(history->relation != History::Relation::descends) : tl::unexpected(history.error());
  }

  void tell(CommitStanding& standing, const std::vector<Diagnostic>& problems) {
    for (const auto& problem : problems) {
      standing.problems.push_back(problem.place.str() + ": " + problem.message);
    }
    for (const auto& violation : m_judgement.violations) {
      standing.problems.push_back(violation.what);
    }
    auto& notices = m_verification.notices;
    std::copy_if(m_judgement.notices.begin(), m_judgement.notices.end(), std::back_inserter(notices),
                 [&](const std::string& notice) { return std::find(notices.begin(), notices.end(), notice) == notices.end(); });
  }

  SuiteStanding standing_of(const Need& need) {
    SuiteStanding standing{need.suite.name, need.seen, {}, {}, {}, need.unknown_key, false, false};
    if (need.verdict && !need.voucher) {
      standing.own = need.verdict;
    }
    auto by_client = m_lookup.search(need, Asker::client);
    auto by_authority = m_lookup.search(need, Asker::authority);
    standing.holds_for_authority = by_authority.found || (m_terms.is_authority_here && standing.own);
    auto& search = m_terms.asker == Asker::client ? by_client : by_authority;
    standing.doubts = std::move(search.doubts);
    if (search.found) {
      standing.vouched.push_back(*search.found);
    }
    std::move(search.others.begin(), search.others.end(), std::back_inserter(standing.vouched));
    note_verified_before(need, standing);
    standing.holds_for_client = standing.own || by_client.found || !standing.vouched.empty();
    return standing;
  }

  // Kept when it was found good; its note need not be here any more.
  void note_verified_before(const Need& need, SuiteStanding& standing) const {
    if (!need.voucher || holds_already(standing, *need.voucher)) {
      return;
    }
    const VouchedVerdict kept{*need.verdict, *need.voucher, {}};
    const bool is_enough = is_for_authority(kept, need);
    standing.holds_for_authority = standing.holds_for_authority || is_enough;
    if (is_enough || m_terms.asker == Asker::client) {
      standing.vouched.push_back(kept);
    }
  }

  static bool holds_already(const SuiteStanding& standing, const Voucher& voucher) {
    return std::any_of(standing.vouched.begin(), standing.vouched.end(), [&](const VouchedVerdict& v) { return v.voucher.fingerprint == voucher.fingerprint; });
  }

  const VerifySide& m_side;
  const VerifyPorts& m_ports;
  const Identity& m_identity;
  const VerifyTerms& m_terms;
  Policies m_policies;
  VerdictTrusts m_trusts;
  ForeignLookup m_lookup;
  JudgeTerms m_judge_terms;
  std::optional<std::string> m_remote; ///< nothing: it is none of this repository's
  Judgement m_judgement; ///< of one commit
  ProtectedSide m_protected;
  RefRules m_rules;
  bool m_is_guarded = false;
  Verification m_verification;
};

} // namespace

bool CommitStanding::holds(Asker asker) const {
  return problems.empty() && std::all_of(suites.begin(), suites.end(), [&](const SuiteStanding& suite) {
           return asker == Asker::client ? suite.holds_for_client : suite.holds_for_authority;
         });
}

bool Verification::holds() const {
  return problems.empty() && std::all_of(commits.begin(), commits.end(), [&](const CommitStanding& commit) { return commit.holds(asker); });
}

Result<Verification> verify_commits(const std::vector<NamedCommit>& commits, const VerifySide& side, const VerifyPorts& ports, const Identity& identity,
                                    const VerifyTerms& terms) {
  return CommitVerifier(side, ports, identity, terms).verify(commits);
}

} // namespace gate
