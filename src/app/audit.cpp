#include "app/audit.hpp"

#include <algorithm>
#include <iterator>

#include "base/shell_word.hpp"
#include "app/audit_commits.hpp"
#include "app/audit_graph.hpp"
#include "app/audit_policies.hpp"
#include "app/audit_records.hpp"
#include "app/audit_tags.hpp"
#include "app/audit_verdicts.hpp"
#include "app/policy_delta.hpp"
#include "app/update_facts.hpp"
#include "policy/policy_change.hpp"

namespace gate {

namespace {

using Step = BranchLine::Step;

class Auditor {
public:
  Auditor(const AuditSide& side, const std::vector<BypassRecord>& records, const AuditPorts& ports, const Identity& identity)
      : m_side(side), m_remote(side.remote), m_records(side, records), m_ports(ports), m_judges(side, ports, identity.version, m_audit.notices),
        m_commits(ports.commits), m_verdicts(side, ports, identity, m_judges) {}

  Result<Audit> audit(const std::vector<AuditTarget>& wanted) {
    m_audit.remote = m_remote;
    auto tips = m_ports.repository.tracking_tips(m_remote);
    if (!tips) {
      return tl::unexpected(tips.error());
    }
    if (auto audited = audit_branches(wanted, *tips); !audited) {
      return tl::unexpected(audited.error());
    }
    auto tags = TagAuditor(m_side, m_ports, m_judges, m_commits, m_records, m_verdicts).audit(*tips, wanted);
    if (!tags) {
      return tl::unexpected(tags.error());
    }
    std::move(tags->begin(), tags->end(), std::back_inserter(m_audit.refs));
    std::vector<BranchTip> refs = *std::move(tips);
    refs.insert(refs.end(), m_side.tags.begin(), m_side.tags.end());
    auto lone = m_records.lone(refs, wanted, m_ports.repository);
    if (!lone) {
      return tl::unexpected(lone.error());
    }
    m_audit.bypasses = *std::move(lone);
    return std::move(m_audit);
  }

private:
  Result<void> audit_branches(const std::vector<AuditTarget>& wanted, const std::vector<BranchTip>& tips) {
    std::vector<AuditTarget> targets;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(targets), [](const AuditTarget& t) { return t.ref.is_branch(); });
    if (targets.empty() && !wanted.empty()) {
      return {};
    }
    auto watched = m_judges.watched_branches(tips);
    if (!watched) {
      return tl::unexpected(watched.error());
    }
    m_protected = std::move(watched->protected_ones);
    if (wanted.empty()) {
      std::transform(watched->all.begin(), watched->all.end(), std::back_inserter(targets),
                     [](const RefName& ref) { return AuditTarget{ref, {}, {}}; });
    }
    if (targets.empty()) {
      return {};
    }
    const auto graph = CommitGraph::read(m_ports.commits, tips);
    if (!graph) {
      return tl::unexpected(graph.error());
    }
    for (const auto& target : targets) {
      const auto tip = std::find_if(tips.begin(), tips.end(), [&](const BranchTip& t) { return t.branch == target.ref; });
      if (tip == tips.end()) {
        return fail(ErrorKind::usage, m_remote + " has no branch " + target.ref.brief() + " as far as was fetched", "git fetch " + shell_word(m_remote));
      }
      BranchLine line(*graph, *tip);
      auto audited = audit_branch(target, *tip, tips, line);
      if (!audited) {
        return tl::unexpected(audited.error());
      }
      m_audit.refs.push_back(*std::move(audited));
    }
    return {};
  }

  Result<AuditedRef> audit_branch(const AuditTarget& target, const BranchTip& tip, const std::vector<BranchTip>& tips, BranchLine& line) {
    AuditedRef audited{target.ref, tip.tip, 0, {}, 0};
    const auto begin = first_step(target, tips, line);
    if (!begin) {
      return tl::unexpected(begin.error());
    }
    Step end = line.length();
    if (target.until) {
      const auto last = line.newest_in(*target.until);
      if (!last || line.commit(*last).oid != *target.until) {
        return fail(ErrorKind::usage, target.until->brief() + " does not stand on the first-parent line of " + target.ref.brief(),
                    "name its tip, or a commit of: git log --first-parent " + target.ref.brief());
      }
      end = *last + 1;
    }
    std::vector<Oid> to_be_signed;
    for (Step step = *begin; step < end; ++step) {
      to_be_signed.push_back(line.commit(step).oid);
    }
    m_commits.expect(std::move(to_be_signed));
    VerdictLine verdicts(target.ref, m_ports, m_judges, m_verdicts);
    for (Step step = *begin; step < end; ++step) {
      auto found = audit_step(audited, line, step, verdicts);
      if (!found) {
        return tl::unexpected(found.error());
      }
      if (*found) {
        ++audited.judged;
        audited.steps.push_back(**std::move(found));
      }
    }
    if (auto held = hold_lacks(audited, line, end, verdicts); !held) {
      return tl::unexpected(held.error());
    }
    std::erase_if(audited.steps, [](const AuditStep& step) { return step.violations.empty() && step.bypassed.empty() && step.told.empty(); });
    std::reverse(audited.steps.begin(), audited.steps.end());
    return audited;
  }

  // What lacks its verdicts when all of the line is known.
  Result<void> hold_lacks(AuditedRef& audited, const BranchLine& line, Step end, VerdictLine& verdicts) {
    auto lacks = verdicts.lacking(line, end);
    if (!lacks) {
      return tl::unexpected(lacks.error());
    }
    for (auto& lack : *lacks) {
      AuditStep& step = audited.steps[lack.found];
      const std::size_t before = step.violations.size();
      for (auto& violation : lack.violations) {
        m_records.sort_in(std::move(violation), step, [&](const BypassRecord& record) { return let_in(record, line, lack.step); });
      }
      if (step.violations.size() != before) {
        m_verdicts.missed();
      }
    }
    return {};
  }

  // A branch may have been created where it parts from another one: what is below is that one's. Never both ways, so it is judged once.
  Result<Step> first_own_step(const RefName& ref, const std::vector<BranchTip>& tips, const BranchLine& line) {
    Step first = 1;
    for (const auto& other : m_protected) {
      if (other == ref) {
        break;
      }
      const auto tip = std::find_if(tips.begin(), tips.end(), [&](const BranchTip& t) { return t.branch == other; });
      const auto shared = tip == tips.end() ? std::nullopt : line.newest_shared(*tip);
      if (!shared || *shared < first) {
        continue;
      }
      const auto may = m_judges.may_be_created(ref, line.commit(*shared).oid);
      if (!may) {
        return tl::unexpected(may.error());
      }
      first = *may ? *shared + 1 : first;
    }
    return first;
  }

  // The first whose parent has a policy, and that the target asks for.
  Result<Step> first_step(const AuditTarget& target, const std::vector<BranchTip>& tips, const BranchLine& line) {
    const auto own = first_own_step(target.ref, tips, line);
    if (!own) {
      return own;
    }
    Step first = *own;
    if (target.after) {
      const auto newest = line.newest_in(*target.after);
      if (!newest) {
        return fail(ErrorKind::usage, target.after->brief() + " has nothing in common with " + target.ref.brief(), "name a commit of its history");
      }
      first = std::max(first, *newest + 1);
    }
    for (; first < line.length(); ++first) {
      const auto text = m_ports.repository.file_at(line.commit(first - 1).oid, k_policy_file);
      if (!text && text.error().kind != ErrorKind::policy) {
        return tl::unexpected(text.error());
      }
      if (!text || *text) {
        break;
      }
    }
    return first;
  }

  // Nothing where no policy judges it.
  Result<std::optional<AuditStep>> audit_step(AuditedRef& audited, BranchLine& line, Step step, VerdictLine& verdicts) {
    const NewCommit& commit = line.commit(step);
    const RefUpdate update{"", commit.oid, audited.ref, line.commit(step - 1).oid};
    const auto judge = m_judges.judging(audited.ref, line, step);
    if (!judge) {
      return tl::unexpected(judge.error());
    }
    audited.unjudged += judge->is_unusable ? 1 : 0;
    if (judge->rules == nullptr) {
      verdicts.skip();
      return std::nullopt;
    }
    auto change = change_of(update, *judge);
    if (!change) {
      return tl::unexpected(change.error());
    }
    const auto own = *change ? m_judges.policies().at(commit.oid) : Result<const CommitPolicy*>(nullptr);
    if (!own) {
      return tl::unexpected(own.error());
    }
    const auto standing = verdicts.add(line, step, *judge, *own != nullptr && (*own)->policy ? &*(*own)->policy : nullptr, audited.steps.size());
    if (!standing) {
      return tl::unexpected(standing.error());
    }
    audited.untold += *standing == VerdictAuditor::Standing::untold ? 1 : 0;
    auto violations = judge_step(update, judge->side, *judge->rules, *std::move(change), line, step);
    if (!violations) {
      return tl::unexpected(violations.error());
    }
    AuditStep found{commit.oid, update.old_oid, commit.subject(), {}, {}, {}, {}};
    for (auto& violation : *violations) {
      m_records.sort_in(std::move(violation), found, [&](const BypassRecord& record) { return let_in(record, line, step); });
    }
    return found;
  }

  Result<std::optional<PolicyChange>> change_of(const RefUpdate& update, const AuditPolicies::Judge& judge) {
    const auto guarded = guards_policy(*judge.rules, update.ref, m_remote, m_judges.policies());
    if (!guarded) {
      return tl::unexpected(guarded.error());
    }
    return *guarded ? policy_delta(judge.side, update.new_oid, m_judges.policies(), m_ports.repository) : Result<std::optional<PolicyChange>>(std::nullopt);
  }

  Result<std::vector<Violation>> judge_step(const RefUpdate& update, const ProtectedSide& side, const RefRules& rules, std::optional<PolicyChange> change,
                                            BranchLine& line, Step step) {
    if (rules.groups.empty() && !change) {
      return std::vector<Violation>();
    }
    const auto object = m_ports.repository.peel(update.new_oid);
    if (!object) {
      return tl::unexpected(object.error());
    }
    const Push push{m_remote, "", {update}};
    const JudgedUpdate judged{update, *object, rules, side};
    FactFinder finder(m_ports.repository, m_commits, m_ports.sources, push, m_remote);
    const Scene scene{m_remote};
    auto histories = histories_of(rules, line, step);
    m_commits.bring(fresh_commits(rules, histories, line, step));
    finder.expect(judged);
    auto facts = finder.gather(judged);
    if (!facts) {
      return tl::unexpected(facts.error());
    }
    facts->histories = std::move(histories);
    auto violations = evaluate(rules, update, *facts, scene);
    if (change) {
      auto changes = judge_change(judged, *std::move(change), finder, line, step);
      if (!changes) {
        return changes;
      }
      std::move(changes->begin(), changes->end(), std::back_inserter(violations));
    }
    // When it arrived, no commit says.
    std::erase_if(violations, [](const Violation& v) { return v.rule == "freeze"; });
    return violations;
  }

  static std::vector<std::optional<History>> histories_of(const RefRules& rules, BranchLine& line, Step step) {
    std::vector<std::optional<History>> histories;
    for (const auto& group : rules.groups) {
      histories.push_back(group.rules.needs_history() ? std::optional(line.history(step, group.rules)) : std::nullopt);
    }
    return histories;
  }

  static std::vector<NewCommit> fresh_commits(const RefRules& rules, const std::vector<std::optional<History>>& histories, const BranchLine& line,
                                              Step step) {
    for (std::size_t i = 0; i < histories.size(); ++i) {
      if (histories[i] && histories[i]->contained_in && rules.groups[i].rules.from) {
        return line.new_to_remote(step, *histories[i], true);
      }
    }
    return line.new_to_remote(step, History{}, false);
  }

  Result<std::vector<Violation>> judge_change(const JudgedUpdate& judged, PolicyChange change, FactFinder& finder, const BranchLine& line,
                                              Step step) {
    UpdateFacts facts;
    if (!judged.side.policy->owners.empty()) {
      m_commits.bring(line.arrived(step));
      auto gathered = finder.gather_policy_change(judged);
      if (!gathered) {
        return tl::unexpected(gathered.error());
      }
      facts = *std::move(gathered);
    }
    if (auto found = find_bringers(change, facts.files, m_ports.repository); !found) {
      return tl::unexpected(found.error());
    }
    facts.policy_change = std::move(change);
    auto violations = evaluate_policy_change(*judged.side.policy, judged.update, facts, Scene{shell_word(m_remote)});
    const auto own = m_judges.policies().at(judged.update.new_oid);
    if (!own) {
      return tl::unexpected(own.error());
    }
    if (!(*own)->problems.empty()) {
      const auto& first = (*own)->problems.front();
      violations.push_back({"policy-missing", judged.update.ref, "its policy can't be read: " + first.message, "a broken policy protects nothing",
                            first.place, "", Enforcement::active, {}});
    }
    return violations;
  }

  // What the record let through holds the step. What was only granted counts where its update is there to see; of one that threw the old
  // tip away that is no more than the new tip.
  static bool let_in(const BypassRecord& record, const BranchLine& line, Step step) {
    const auto last = line.newest_in(record.new_oid);
    const auto before = record.old_oid.is_zero() ? std::nullopt : line.newest_in(record.old_oid);
    if (record.state == BypassRecord::State::granted) {
      const bool is_there = last && line.commit(*last).oid == record.new_oid;
      const bool was_there = record.old_oid.is_zero() || (before && line.commit(*before).oid == record.old_oid);
      if (!is_there || !was_there) {
        const auto& rules = record.rules;
        return is_there && step == *last && std::any_of(rules.begin(), rules.end(), [](const auto& rule) { return rule.id == "force-push"; });
      }
    }
    return last && step <= *last && (!before || step > *before);
  }

  const AuditSide& m_side;
  const std::string& m_remote;
  AuditRecords m_records;
  const AuditPorts& m_ports;
  Audit m_audit;
  AuditPolicies m_judges;
  StepCommits m_commits;
  VerdictAuditor m_verdicts;
  std::vector<RefName> m_protected; ///< that of HEAD first
};

} // namespace

bool Audit::has_violations() const {
  return std::any_of(refs.begin(), refs.end(), [](const AuditedRef& ref) {
    return std::any_of(ref.steps.begin(), ref.steps.end(), [](const AuditStep& step) { return !step.violations.empty(); });
  });
}

bool Audit::clean() const {
  return !has_violations() && std::all_of(refs.begin(), refs.end(), [](const AuditedRef& ref) { return ref.unjudged == 0 && ref.untold == 0; });
}

Result<Audit> audit(const AuditSide& side, const std::vector<AuditTarget>& targets, const std::vector<BypassRecord>& records, const AuditPorts& ports,
                    const Identity& identity) {
  return Auditor(side, records, ports, identity).audit(targets);
}

} // namespace gate
