#include "cli/publish_target.hpp"

#include "cli/check_target.hpp"
#include "cli/ci_event.hpp"

namespace gate {

namespace {

using Event = MergeFacts::Event;

Result<std::string> remote_of(const RefName& branch, OpenRepository& repository) {
  const auto upstream = repository.upstream_of(branch);
  if (!upstream) {
    return tl::unexpected(upstream.error());
  }
  return *upstream ? (*upstream)->remote : std::string("origin");
}

Result<PublishTarget> target_for(MergeFacts facts, const Oid& commit, OpenRepository& repository) {
  if (!facts.branch) {
    return PublishTarget{std::move(facts), commit, "", {}};
  }
  const auto remote = remote_of(*facts.branch, repository);
  if (!remote) {
    return tl::unexpected(remote.error());
  }
  auto push = push_of(*facts.branch, commit, *remote, repository);
  if (!push) {
    return tl::unexpected(push.error());
  }
  facts.is_public = push->updates.front().old_oid == commit;
  return PublishTarget{std::move(facts), commit, *remote, *std::move(push)};
}

// The push is the one that `gate check` judges in the same job.
Result<std::optional<PublishTarget>> ci_target(const CheckFlags& flags, Event event, const Environment& env, OpenRepository& repository) {
  const auto target = find_check_target(flags, env, repository);
  if (!target) {
    return tl::unexpected(target.error());
  }
  if (target->push.updates.empty()) {
    return std::nullopt;
  }
  const auto& update = target->push.updates.front();
  MergeFacts facts;
  facts.event = update.ref.is_branch() ? event : Event::ci_other;
  facts.branch = update.ref;
  facts.is_public = true;
  return PublishTarget{std::move(facts), update.new_oid, target->push.remote, target->push};
}

// For some rule of its branch; who asked is told why not, later.
bool could_publish(const MergeFacts& facts) {
  return facts.event == Event::asked || (facts.branch && !plan_publications({{"", {}, *facts.branch, {}}}, facts).publications.empty());
}

} // namespace

Result<bool> has_commit(const Oid& tip, const Oid& commit, OpenRepository& repository) {
  if (tip == commit) {
    return true;
  }
  const auto history = repository.history(commit, tip, {});
  return history ? Result<bool>(history->relation == History::Relation::descends) : tl::unexpected(history.error());
}

Result<Push> push_of(const RefName& branch, const Oid& commit, const std::string& remote, OpenRepository& repository) {
  const auto tracked = repository.tracking_tip(remote, branch);
  if (!tracked) {
    return tl::unexpected(tracked.error());
  }
  Oid old_oid = tracked->value_or(Oid());
  if (*tracked) {
    const auto has = has_commit(**tracked, commit, repository);
    if (!has) {
      return tl::unexpected(has.error());
    }
    old_oid = *has ? commit : old_oid;
  }
  return Push{remote, "", {{branch.full(), commit, branch, old_oid}}};
}

Result<std::optional<PublishTarget>> head_target(Event event, bool is_squash, OpenRepository& repository) {
  const auto head = repository.rev_parse("HEAD");
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (!*head) {
    return std::nullopt;
  }
  auto branch = repository.current_branch();
  if (!branch) {
    return tl::unexpected(branch.error());
  }
  const auto second_parent = repository.rev_parse("HEAD^2");
  if (!second_parent) {
    return tl::unexpected(second_parent.error());
  }
  MergeFacts facts;
  facts.event = event;
  facts.branch = *std::move(branch);
  facts.is_squash = is_squash;
  facts.parents = *second_parent ? 2 : 1;
  if (!could_publish(facts)) {
    return std::nullopt; // most commits are no merge: the rest asks git for its configuration
  }
  auto target = target_for(std::move(facts), **head, repository);
  if (!target) {
    return tl::unexpected(target.error());
  }
  return could_publish(target->facts) ? std::optional(*std::move(target)) : std::nullopt;
}

Result<std::optional<PublishTarget>> asked_target(const std::optional<std::string>& branch, const Environment& env, OpenRepository& repository) {
  const auto event = read_ci_event(env);
  if (!event) {
    return tl::unexpected(event.error());
  }
  if (*event) {
    return ci_target({}, (*event)->name == "push" ? Event::ci_push : Event::ci_other, env, repository);
  }
  if (!is_in_ci(env)) {
    return branch ? fail(ErrorKind::usage, "--branch is for CI: here the branch is the one that HEAD is on", "git switch " + *branch + " && gate publish")
                  : head_target(Event::asked, false, repository);
  }
  if (const auto sign = pull_request_sign(env)) {
    return fail(ErrorKind::usage, "this CI runs for a pull request (" + *sign + "), which publishes nothing", "run gate publish in jobs for pushes only");
  }
  if (!branch) {
    return fail(ErrorKind::usage, "for which branch this CI runs can't be told", "in a job that runs for pushes to the branch only: gate publish --branch NAME");
  }
  return ci_target({branch, std::nullopt, std::nullopt, std::nullopt}, Event::ci_push, env, repository);
}

} // namespace gate
