#include "app/audit.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "app/audit_graph.hpp"
#include "app/audit_policies.hpp"
#include "app/policy_delta.hpp"
#include "app/update_facts.hpp"
#include "policy/policy_change.hpp"

namespace gate {

namespace {

using Step = BranchLine::Step;

/// Gives the commits of one step out of what was read already, and asks for all signatures of a branch at once.
class StepCommits final : public Commits {
public:
  explicit StepCommits(Commits& behind) : m_behind(behind) {}

  void expect(std::vector<Oid> to_be_signed) { m_to_be_signed = std::move(to_be_signed); }
  void bring(std::vector<NewCommit> commits) { m_fresh = std::move(commits); }

  Result<std::vector<Oid>> known_tips(const std::string&) override { return std::vector<Oid>(); }
  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>&, const std::vector<Oid>&) override { return m_fresh; }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override { return m_behind.changed_files(commit); }
  Result<std::string> content(const Oid& blob) override { return m_behind.content(blob); }
  Result<RemadeMerge> remake(const NewCommit& merge) override { return m_behind.remake(merge); }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& allowed_signers) override {
    auto& known = m_signatures[allowed_signers];
    std::vector<Oid> missing;
    std::copy_if(objects.begin(), objects.end(), std::back_inserter(missing), [&](const Oid& o) { return known.count(o) == 0; });
    if (!missing.empty()) {
      std::copy_if(m_to_be_signed.begin(), m_to_be_signed.end(), std::back_inserter(missing), [&](const Oid& o) { return known.count(o) == 0; });
      std::sort(missing.begin(), missing.end());
      missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
      auto found = m_behind.signatures(missing, allowed_signers);
      if (!found) {
        return found;
      }
      known.merge(*found);
    }
    std::map<Oid, Signature> asked;
    for (const auto& object : objects) {
      asked[object] = known[object];
    }
    return asked;
  }

private:
  Commits& m_behind;
  std::vector<Oid> m_to_be_signed;
  std::vector<NewCommit> m_fresh;
  std::map<std::vector<std::string>, std::map<Oid, Signature>> m_signatures; ///< by the texts that they were asked with
};

class Auditor {
public:
  Auditor(const AuditSide& side, const std::vector<BypassRecord>& records, const AuditPorts& ports, const Identity& identity)
      : m_side(side), m_remote(side.remote), m_records(records), m_ports(ports), m_judges(side, ports, identity.version, m_audit.notices), m_commits(ports.commits) {}

  Result<Audit> audit(const std::vector<AuditTarget>& wanted) {
    m_audit.remote = m_remote;
    auto tips = m_ports.repository.tracking_tips(m_remote);
    if (!tips) {
      return tl::unexpected(tips.error());
    }
    auto protected_ones = m_judges.protected_branches(*tips);
    if (!protected_ones) {
      return tl::unexpected(protected_ones.error());
    }
    m_protected = *std::move(protected_ones);
    std::vector<AuditTarget> targets = wanted;
    if (wanted.empty()) {
      std::transform(m_protected.begin(), m_protected.end(), std::back_inserter(targets), [](const RefName& ref) { return AuditTarget{ref, {}, {}}; });
      std::sort(targets.begin(), targets.end(), [](const AuditTarget& a, const AuditTarget& b) { return a.ref < b.ref; });
    }
    if (targets.empty()) {
      return std::move(m_audit);
    }
    const auto graph = CommitGraph::read(m_ports.commits, *tips);
    if (!graph) {
      return tl::unexpected(graph.error());
    }
    for (const auto& target : targets) {
      const auto tip = std::find_if(tips->begin(), tips->end(), [&](const BranchTip& t) { return t.branch == target.ref; });
      if (tip == tips->end()) {
        return fail(ErrorKind::usage, m_remote + " has no branch " + target.ref.brief() + " as far as was fetched", "git fetch " + m_remote);
      }
      BranchLine line(*graph, *tip);
      auto audited = audit_branch(target, *tip, *tips, line);
      if (!audited) {
        return tl::unexpected(audited.error());
      }
      m_audit.refs.push_back(*std::move(audited));
    }
    return std::move(m_audit);
  }

private:
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
        return fail(ErrorKind::usage, target.until->brief() + " does not stand on the first-parent line of " + target.ref.brief(), "name its tip, or a commit of: git log --first-parent " + target.ref.brief());
      }
      end = *last + 1;
    }
    std::vector<Oid> to_be_signed;
    for (Step step = *begin; step < end; ++step) {
      to_be_signed.push_back(line.commit(step).oid);
    }
    m_commits.expect(std::move(to_be_signed));
    for (Step step = *begin; step < end; ++step) {
      auto found = audit_step(audited, line, step);
      if (!found) {
        return tl::unexpected(found.error());
      }
      audited.judged += *found ? 1 : 0;
      if (*found && !((*found)->violations.empty() && (*found)->bypassed.empty() && (*found)->told.empty())) {
        audited.steps.push_back(**std::move(found));
      }
    }
    std::reverse(audited.steps.begin(), audited.steps.end());
    return audited;
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
  Result<std::optional<AuditStep>> audit_step(AuditedRef& audited, BranchLine& line, Step step) {
    const NewCommit& commit = line.commit(step);
    const RefUpdate update{"", commit.oid, audited.ref, line.commit(step - 1).oid};
    const auto judge = m_judges.judging(audited.ref, line, step);
    if (!judge) {
      return tl::unexpected(judge.error());
    }
    audited.unjudged += judge->is_unusable ? 1 : 0;
    if (judge->rules == nullptr) {
      return std::nullopt;
    }
    auto violations = judge_step(update, judge->side, *judge->rules, line, step);
    if (!violations) {
      return tl::unexpected(violations.error());
    }
    AuditStep found{commit.oid, update.old_oid, commit.subject(), {}, {}, {}, {}};
    for (auto& violation : *violations) {
      sort_in(std::move(violation), found, line, step);
    }
    return found;
  }

  Result<std::vector<Violation>> judge_step(const RefUpdate& update, const ProtectedSide& side, const RefRules& rules, BranchLine& line, Step step) {
    auto change = rules.is_protected() ? policy_delta(side, update.new_oid, m_judges.policies(), m_ports.repository) : Result<std::optional<PolicyChange>>(std::nullopt);
    if (!change) {
      return tl::unexpected(change.error());
    }
    if (rules.groups.empty() && !*change) {
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
    if (*change) {
      auto changes = judge_change(judged, **change, finder, line, step);
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

  static std::vector<NewCommit> fresh_commits(const RefRules& rules, const std::vector<std::optional<History>>& histories, const BranchLine& line, Step step) {
    for (std::size_t i = 0; i < histories.size(); ++i) {
      if (histories[i] && histories[i]->contained_in && rules.groups[i].rules.from) {
        return line.new_to_remote(step, *histories[i], true);
      }
    }
    return line.new_to_remote(step, History{}, false);
  }

  Result<std::vector<Violation>> judge_change(const JudgedUpdate& judged, PolicyChange change, FactFinder& finder, const BranchLine& line, Step step) {
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
    auto violations = evaluate_policy_change(*judged.side.policy, judged.update, facts, Scene{m_remote});
    const auto own = m_judges.policies().at(judged.update.new_oid);
    if (!own) {
      return tl::unexpected(own.error());
    }
    if (!(*own)->problems.empty()) {
      const auto& first = (*own)->problems.front();
      violations.push_back({"policy-missing", judged.update.ref, "its policy can't be read: " + first.message, "a broken policy protects nothing", first.place, "", Enforcement::active, {}});
    }
    return violations;
  }

  void sort_in(Violation violation, AuditStep& found, const BranchLine& line, Step step) const {
    if (violation.enforcement != Enforcement::active) {
      found.told.push_back(std::move(violation));
      return;
    }
    for (const auto& record : m_records) {
      if (covers(record, violation, line, step)) {
        found.bypass = found.bypass.value_or(record);
        found.bypassed.push_back(std::move(violation));
        return;
      }
    }
    found.violations.push_back(std::move(violation));
  }

  // It was written for this side: a clone knows what it let through to whom, and a server what it let in itself.
  bool is_of_this_side(const BypassRecord& record) const { return m_side.receives ? record.where == BypassRecord::Where::server : record.remote == m_remote; }

  // What the record let through holds the step, and was let through in spite of this rule, by somebody who may skip it.
  bool covers(const BypassRecord& record, const Violation& violation, const BranchLine& line, Step step) const {
    if (!is_of_this_side(record) || !violation.bypass.allows(record.who)) {
      return false;
    }
    const bool has_rule = record.rules.empty() || std::any_of(record.rules.begin(), record.rules.end(), [&](const auto& rule) { return rule.id == violation.rule; });
    if (!has_rule || !(record.ref == violation.ref) || record.new_oid.is_zero()) {
      return false;
    }
    const auto last = line.newest_in(record.new_oid);
    const auto before = record.old_oid.is_zero() ? std::nullopt : line.newest_in(record.old_oid);
    return last && step <= *last && (!before || step > *before);
  }

  const AuditSide& m_side;
  const std::string& m_remote;
  const std::vector<BypassRecord>& m_records;
  const AuditPorts& m_ports;
  Audit m_audit;
  AuditPolicies m_judges;
  StepCommits m_commits;
  std::vector<RefName> m_protected; ///< that of HEAD first
};

} // namespace

bool Audit::has_violations() const {
  return std::any_of(refs.begin(), refs.end(), [](const AuditedRef& ref) {
    return std::any_of(ref.steps.begin(), ref.steps.end(), [](const AuditStep& step) { return !step.violations.empty(); });
  });
}

bool Audit::clean() const {
  return !has_violations() && std::all_of(refs.begin(), refs.end(), [](const AuditedRef& ref) { return ref.unjudged == 0; });
}

Result<Audit> audit(const AuditSide& side, const std::vector<AuditTarget>& targets, const std::vector<BypassRecord>& records, const AuditPorts& ports,
                    const Identity& identity) {
  return Auditor(side, records, ports, identity).audit(targets);
}

} // namespace gate
