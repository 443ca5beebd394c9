#include "app/audit_verdicts.hpp"

#include <algorithm>
#include <chrono>

#include "app/foreign_verdicts.hpp"
#include "base/shell_word.hpp"

namespace gate {

namespace {

using VerdictStanding = VerdictAuditor::Standing;
using Step = BranchLine::Step;

/// What is found is not kept: by other terms than those of an audit it may not hold.
class KeepsNothing final : public VerdictStore {
public:
  std::optional<Verdict> find(const Digest&, const Oid&) override { return std::nullopt; }
  Result<void> store(const Verdict&) override { return {}; }
  std::optional<VouchedVerdict> find_vouched(const Digest&, const Oid&, const Digest&) override { return std::nullopt; }
  Result<void> store_vouched(const VouchedVerdict&, const Digest&) override { return {}; }
  std::vector<Verdict> newest(std::size_t) override { return {}; }
};

// Whom every block lets that asks for the suite, as SuiteFinder asks it.
Bypass who_may_skip(const RefRules& rules, const std::string& suite) {
  std::optional<Bypass> all;
  for (const auto& group : rules.groups) {
    const auto& require = group.rules.require;
    const bool asks = !rules.require || (require && std::find(require->value.begin(), require->value.end(), suite) != require->value.end());
    if (group.enforcement != Enforcement::active || !asks) {
      continue;
    }
    if (!all || all->allows("")) {
      all = group.bypass; // anybody, so far
    } else if (!group.bypass.allows("")) {
      std::erase_if(all->by, [&](const std::string& who) { return !group.bypass.allows(who); });
    }
  }
  return all.value_or(Bypass{});
}

std::string names_of_commits(const std::vector<Oid>& commits) {
  constexpr std::size_t k_most = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(commits.size(), k_most); ++i) {
    names += (i == 0 ? "" : ", ") + commits[i].brief();
  }
  return names + (commits.size() > k_most ? ", …" : "");
}

} // namespace

Result<bool> VerdictAuditor::open() {
  if (m_is_open) {
    return m_verdicts.has_value();
  }
  m_is_open = true;
  if (!m_ports.verdicts) {
    m_judges.notify("a policy has [verdicts], and verdicts can't be looked at here: whether suites had passed is not audited");
    return false;
  }
  const auto opened = m_ports.verdicts();
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  m_verdicts.emplace(*opened);
  return true;
}

// As if it were looked at when it was new.
void VerdictAuditor::relax(Need& need) {
  constexpr std::chrono::hours k_any_age{24 * 365 * 200};
  need.suite.max_age.reset();
  for (auto& trust : need.trusts) {
    if (trust == nullptr) {
      continue;
    }
    auto& relaxed = m_relaxed[trust->digest().hex()];
    if (relaxed == nullptr) {
      auto terms = trust->terms();
      terms.max_age = k_any_age;
      relaxed = std::make_shared<const VerdictTrust>(std::move(terms));
    }
    trust = relaxed;
  }
}

Result<VerdictAuditor::Answer> VerdictAuditor::ask(const JudgedUpdate& judged, const Policy* own) {
  if (judged.side.policy == nullptr || !asks_for_verdicts(*judged.side.policy, judged.rules)) {
    return Answer{};
  }
  if (const auto opened = open(); !opened || !*opened) {
    return opened ? Result<Answer>(Answer{}) : tl::unexpected(opened.error());
  }
  KeepsNothing nothing;
  JudgeTerms terms;
  terms.suites = JudgeTerms::Suites::elsewhere;
  terms.asker = Asker::authority;
  Judgement judgement;
  judgement.publish_rules = judged.side.policy->publications;
  // What a suite takes of the machine is another value today: without it such a suite has no key, and that is said.
  const JudgePorts ports{m_ports.repository, m_ports.commits, m_ports.sources, nothing};
  const auto remote = m_side.receives ? std::nullopt : std::optional(m_side.remote);
  const auto required = SuiteFinder(ports, m_identity, terms, m_trusts, judgement).require(judged, own, own != nullptr, remote);
  if (!required) {
    return tl::unexpected(required.error());
  }
  for (const auto& notice : judgement.notices) {
    m_judges.notify(notice);
  }
  Answer answer{judgement.needs.empty() ? VerdictStanding::not_asked : VerdictStanding::holds, std::move(judgement.violations)};
  bool is_untold = false;
  for (auto& need : judgement.needs) {
    if (!need.unknown_key.empty()) {
      is_untold = true;
      m_judges.notify("whether suite \"" + need.suite.name + "\" had passed can't be told: " + need.unknown_key);
      continue;
    }
    relax(need);
    const std::string suite = need.suite.name;
    Judgement one;
    one.needs.push_back(std::move(need));
    demand_verdicts(one, {m_verdicts->notes, m_verdicts->envelopes, nothing}, terms.now, shell_word(m_side.remote));
    for (auto& violation : one.violations) {
      violation.bypass = who_may_skip(judged.rules, suite);
      answer.violations.push_back(std::move(violation));
    }
  }
  answer.standing = !answer.violations.empty() ? VerdictStanding::lacks : is_untold ? VerdictStanding::untold : answer.standing;
  return answer;
}

void VerdictAuditor::missed() {
  if (!m_side.receives) {
    m_judges.notify("verdicts were looked for in refs/notes/gate/* of this repository; to bring what the remote has: gate verdict fetch " + shell_word(m_side.remote));
  }
}

// The step `what`, as if it had come onto `before`.
Result<VerdictAuditor::Answer> VerdictLine::ask(const BranchLine& line, Step what, Step before, const AuditPolicies::Judge& judge, const Policy* own) {
  const RefUpdate update{"", line.commit(what).oid, m_ref, line.commit(before).oid};
  const auto object = m_ports.repository.peel(update.new_oid);
  return object ? m_verdicts.ask({update, *object, *judge.rules, judge.side}, own) : tl::unexpected(object.error());
}

Result<VerdictStanding> VerdictLine::add(const BranchLine& line, Step step, const AuditPolicies::Judge& judge, const Policy* own, std::size_t found) {
  auto answer = ask(line, step, step - 1, judge, own);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  const VerdictStanding standing = answer->standing;
  m_steps.push_back({*std::move(answer), judge, found});
  return standing;
}

// The first step from `end` on that has its verdicts, if those before it that ask for some have none.
Result<VerdictLine::Witness> VerdictLine::witness_after(const BranchLine& line, Step end) {
  for (Step step = end; step < line.length(); ++step) {
    const auto judge = m_judges.judging(m_ref, line, step);
    if (!judge) {
      return tl::unexpected(judge.error());
    }
    const auto answer = judge->rules != nullptr ? ask(line, step, step - 1, *judge, nullptr) : Result<VerdictAuditor::Answer>(VerdictAuditor::Answer{});
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    if (answer->standing == VerdictStanding::holds || answer->standing == VerdictStanding::not_asked) {
      return answer->standing == VerdictStanding::holds ? Witness(step) : Witness();
    }
  }
  return Witness();
}

Result<std::vector<VerdictLine::Lack>> VerdictLine::lacking(const BranchLine& line, Step end) {
  std::vector<Lack> lacks;
  if (std::none_of(m_steps.begin(), m_steps.end(), [](const Asked& asked) { return asked.answer.standing == VerdictStanding::lacks; })) {
    return lacks;
  }
  auto witness = witness_after(line, end);
  if (!witness) {
    return tl::unexpected(witness.error());
  }
  std::vector<Oid> covered;
  Step step = end;
  for (auto asked = m_steps.rbegin(); asked != m_steps.rend(); ++asked) {
    --step;
    const VerdictStanding standing = asked->answer.standing;
    if (standing == VerdictStanding::holds || standing == VerdictStanding::not_asked) {
      *witness = standing == VerdictStanding::holds ? Witness(step) : Witness();
    }
    if (standing != VerdictStanding::lacks) {
      continue;
    }
    const auto later = *witness ? ask(line, **witness, step - 1, asked->judge, nullptr) : Result<VerdictAuditor::Answer>(VerdictAuditor::Answer{});
    if (!later) {
      return tl::unexpected(later.error());
    }
    if (later->standing == VerdictStanding::holds) {
      covered.push_back(line.commit(step).oid);
    } else {
      lacks.push_back({step, asked->found, std::move(asked->answer.violations)});
    }
  }
  name(covered);
  return lacks;
}

void VerdictLine::name(const std::vector<Oid>& covered) {
  if (!covered.empty()) {
    m_judges.notify(std::to_string(covered.size()) + (covered.size() == 1 ? " step of " : " steps of ") + m_ref.brief() +
                    " without verdicts, before one that has them; if they came in one push, they needed none: " + names_of_commits(covered));
  }
}

} // namespace gate
