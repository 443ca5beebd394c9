#include "app/judge.hpp"

#include <algorithm>
#include <iterator>

#include "app/policies.hpp"

namespace gate {

namespace {

class PushJudge {
public:
  PushJudge(const Push& push, Repository& repository, VerdictStore& verdicts, const Identity& identity,
            const std::vector<std::string>& also_required)
      : m_push(push), m_repository(repository), m_verdicts(verdicts), m_identity(identity), m_also_required(also_required),
        m_policies(repository, identity.version) {}

  Result<Judgement> judge() {
    m_judgement.updates = m_push.updates;
    auto remote = m_repository.remote_named(m_push.remote);
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    m_remote = *std::move(remote);
    if (auto done = judge_updates(); !done) {
      return tl::unexpected(done.error());
    }
    if (m_judgement.denied()) {
      m_judgement.needs.clear();
    }
    return std::move(m_judgement);
  }

private:
  // An update that this push itself admits is a source for the others (`git push origin development staging`): what
  // was refused is judged again as long as there are new sources.
  Result<void> judge_updates() {
    std::vector<RefUpdate> pending = m_push.updates;
    while (true) {
      const std::size_t sources_before = m_admitted.size();
      std::vector<RefUpdate> refused;
      m_refusals.clear();
      for (const auto& update : pending) {
        const std::size_t before = m_refusals.size();
        if (auto done = judge_update(update); !done) {
          return done;
        }
        if (m_refusals.size() != before) {
          refused.push_back(update);
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

  // What the remote is called in a command that mends something; a URL may hold a password.
  std::string remote_for_people() const { return m_remote.value_or("<remote>"); }

  Result<void> judge_update(const RefUpdate& update) {
    auto object = peel(update);
    if (!object) {
      return tl::unexpected(object.error());
    }
    // The protected side first: where both have the same text, a violation names that side's commit.
    auto side = protected_side(update, object->commit);
    if (!side) {
      return tl::unexpected(side.error());
    }
    const CommitPolicy* own = nullptr;
    if (object->commit) {
      auto read = m_policies.at(*object->commit);
      if (!read) {
        return tl::unexpected(read.error());
      }
      own = *read;
      report_problems(own->problems);
      m_judgement.own_publish_rules = own->policy ? own->policy->publications : std::vector<PublishRule>();
      m_judgement.publish_rules = m_judgement.own_publish_rules;
    }
    if (side->is_unknown) {
      m_refusals.push_back(unknown_side(update));
      return {};
    }
    notify(side->notice);
    return judge_by(update, *object, own, side->policy);
  }

  // Nothing of the remote's side is here, and it has something: not even whether the ref is protected can be told.
  Violation unknown_side(const RefUpdate& update) const {
    const std::string branch = update.ref.brief();
    const std::string remote = remote_for_people();
    return {"history", update.ref, "which policy the remote has for " + branch + " is not known in this repository",
            "whether " + branch + " is protected can't be told", {},
            "git fetch " + remote + " '+refs/heads/*:refs/remotes/" + remote + "/*' && git remote set-head " + remote + " --auto"};
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
    auto side = m_policies.judging(tip, m_remote, pushed);
    if (!side || side->policy != nullptr) {
      return side;
    }
    side->is_unknown = side->is_unknown || (!update.creates() && !tip);
    return side;
  }

  Result<void> judge_by(const RefUpdate& update, const Peeled& object, const CommitPolicy* own, const Policy* judging) {
    RefRules rules;
    if (judging != nullptr) {
      // A commit must not redirect what its own merge publishes.
      m_judgement.publish_rules = judging->publications;
      auto joined = rules_for(*judging, update.ref, m_remote);
      if (!joined) {
        report_problems(joined.error());
        return {};
      }
      rules = *std::move(joined);
    }
    std::optional<History> history;
    if (needs_history(rules, update)) {
      auto found = read_history(rules, update, object);
      if (!found) {
        return tl::unexpected(found.error());
      }
      history = *std::move(found);
    }
    auto violations = evaluate(rules, update, history, remote_for_people());
    const bool admitted = violations.empty();
    std::move(violations.begin(), violations.end(), std::back_inserter(m_refusals));
    if (!admitted || update.removes()) {
      return {};
    }
    if (update.ref.is_branch() && object.commit) {
      m_admitted.push_back({update.ref, *object.commit});
    }
    require_suites(rules, update, object, own, judging);
    return {};
  }

  Result<History> read_history(const RefRules& rules, const RefUpdate& update, const Peeled& object) {
    const auto old_object = m_repository.peel(update.old_oid);
    if (!old_object) {
      return tl::unexpected(old_object.error());
    }
    if (!old_object->commit) {
      // A tag of a tree has no history: nothing can be said, and any change of it replaces it.
      const bool missing = old_object->kind == Peeled::Kind::missing;
      return History{missing ? History::Relation::cannot_tell : History::Relation::diverged, {}, {}, {}};
    }
    if (!object.commit || update.ref.is_tag()) {
      const bool same = object.commit == old_object->commit;
      return History{same ? History::Relation::descends : History::Relation::diverged, {}, {}, {}};
    }
    auto sources = source_tips(rules, update.ref);
    if (!sources) {
      return tl::unexpected(sources.error());
    }
    auto history = m_repository.history(*old_object->commit, *object.commit, *sources);
    if (history && rules.from) {
      const auto has = [&](const RefName& branch) {
        return std::any_of(sources->begin(), sources->end(), [&](const BranchTip& t) { return t.branch == branch; });
      };
      std::copy_if(rules.from->value.begin(), rules.from->value.end(), std::back_inserter(history->absent_sources),
                   [&](const RefName& branch) { return !has(branch); });
    }
    return history;
  }

  // The target remote's branches that merges and fast-forwards may come from: as last seen, and as this push moves them.
  Result<std::vector<BranchTip>> source_tips(const RefRules& rules, const RefName& target) {
    const bool any_branch = !rules.from;
    std::vector<BranchTip> tips;
    const auto is_source = [&](const RefName& branch) {
      if (any_branch) {
        return !(branch == target) && rules.allow.value.contains(Shape::fast_forward);
      }
      const auto& from = rules.from->value;
      return std::find(from.begin(), from.end(), branch) != from.end();
    };
    if (m_remote && any_branch && rules.allow.value.contains(Shape::fast_forward)) {
      auto all = m_repository.tracking_tips(*m_remote);
      if (!all) {
        return all;
      }
      std::copy_if(all->begin(), all->end(), std::back_inserter(tips), [&](const BranchTip& t) { return is_source(t.branch); });
    } else if (m_remote && rules.from) {
      for (const auto& branch : rules.from->value) {
        const auto tip = m_repository.tracking_tip(*m_remote, branch);
        if (!tip) {
          return tl::unexpected(tip.error());
        }
        if (*tip) {
          tips.push_back({branch, **tip});
        }
      }
    }
    std::copy_if(m_admitted.begin(), m_admitted.end(), std::back_inserter(tips), [&](const BranchTip& t) { return is_source(t.branch); });
    return tips;
  }

  std::vector<std::string> required_suites(const RefRules& rules, const Policy& source) const {
    std::vector<std::string> names;
    if (rules.require) {
      names = rules.require->value;
    } else {
      for (const auto& [name, suite] : source.suites) {
        names.push_back(name);
      }
    }
    std::copy_if(m_also_required.begin(), m_also_required.end(), std::back_inserter(names),
                 [&](const std::string& name) { return std::find(names.begin(), names.end(), name) == names.end(); });
    return names;
  }

  // A protected ref is satisfied by the protected side's suites; elsewhere people must be able to change their tests.
  void require_suites(const RefRules& rules, const RefUpdate& update, const Peeled& object, const CommitPolicy* own, const Policy* judging) {
    const bool own_counts = own != nullptr && own->policy && !(rules.is_protected() && judging != nullptr);
    const Policy* source = own_counts ? &*own->policy : judging;
    if (source == nullptr || (update.ref.is_note() && !rules.mentioned)) {
      return;
    }
    for (const auto& name : required_suites(rules, *source)) {
      const auto suite = source->suites.find(name);
      if (suite == source->suites.end()) {
        m_judgement.violations.push_back({"suite", update.ref, update.ref.brief() + " needs suite \"" + name + "\", and the pushed commit's " +
                                              std::string(k_policy_file) + " does not define it",
                                          "nothing leaves untested unless the policy says so", rules.require ? rules.require->place : Place{},
                                          "define [suite." + name + "] in the " + std::string(k_policy_file) + " that you push"});
      } else if (!object.tree) {
        m_judgement.violations.push_back({"suite", update.ref, update.new_oid.brief() + " is no commit and no tree: suite \"" + name + "\" can't run on it",
                                          "nothing leaves untested unless the policy says so", suite->second.place,
                                          "name the ref in a [[tag]] or [[branch]] block with require = []"});
      } else {
        need(suite->second, update.ref, *object.tree, object.commit.value_or(*object.tree));
      }
    }
  }

  void need(const Suite& suite, const RefName& ref, const Oid& tree, const Oid& commit) {
    const Digest key = verdict_key(tree, suite, m_identity.platform);
    auto& needs = m_judgement.needs;
    const auto same = std::find_if(needs.begin(), needs.end(), [&](const Need& n) { return n.key == key; });
    if (same != needs.end()) {
      same->refs.push_back(ref);
      return;
    }
    needs.push_back({suite, tree, commit, key, {ref}, m_verdicts.find(key, tree), is_published(suite.name)});
  }

  bool is_published(const std::string& suite) const {
    const auto& rules = m_judgement.publish_rules;
    return std::any_of(rules.begin(), rules.end(), [&](const PublishRule& rule) {
      const auto* image = std::get_if<ImageDestination>(&rule.what);
      return image != nullptr && image->suite == suite;
    });
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
  VerdictStore& m_verdicts;
  const Identity& m_identity;
  const std::vector<std::string>& m_also_required;
  Policies m_policies;
  std::optional<std::string> m_remote;
  std::vector<BranchTip> m_admitted;
  std::vector<Violation> m_refusals;
  Judgement m_judgement;
};

} // namespace

bool Judgement::nothing_to_run() const {
  return std::all_of(needs.begin(), needs.end(), [](const Need& n) { return n.verdict.has_value(); });
}

Result<Judgement> judge(const Push& push, Repository& repository, VerdictStore& verdicts, const Identity& identity,
                        const std::vector<std::string>& also_required) {
  return PushJudge(push, repository, verdicts, identity, also_required).judge();
}

} // namespace gate
