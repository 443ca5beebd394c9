#include "cli/publish_target.hpp"

#include <algorithm>

#include "base/shell_word.hpp"
#include "cli/check_target.hpp"
#include "cli/ci_event.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

using Event = MergeFacts::Event;

constexpr const char* k_say_branch = "in a job that runs for pushes to the branch only: gate publish --branch NAME";

Result<std::string> remote_of(const RefName& branch, OpenRepository& repository) {
  const auto upstream = repository.upstream_of(branch);
  if (!upstream) {
    return tl::unexpected(upstream.error());
  }
  return *upstream ? (*upstream)->remote : std::string("origin");
}

// Whoever works in a fork pulls from another remote than the one that the branch follows.
Result<bool> is_on_any_remote(const RefName& branch, const Oid& commit, OpenRepository& repository) {
  const auto remotes = repository.remotes();
  if (!remotes) {
    return tl::unexpected(remotes.error());
  }
  for (const auto& remote : *remotes) {
    const auto tip = repository.tracking_tip(remote, branch);
    const auto has = tip && *tip ? has_commit(**tip, commit, repository) : Result<bool>(false);
    if (!tip || !has) {
      return tl::unexpected(tip ? has.error() : tip.error());
    }
    if (*has) {
      return true;
    }
  }
  return false;
}

// Which branch of a remote this commit was fetched from just now, by what git fetch wrote down ("OID TAB TAB branch 'NAME' of URL");
// empty when it does not say.
std::string fetched_branch(const Oid& commit, const OpenRepository& repository) {
  constexpr std::size_t k_largest = 16U << 20U;
  const auto text = read_file(repository.git_dir() / "FETCH_HEAD", k_largest);
  const std::string begin = "\n" + commit.hex() + "\t\tbranch '";
  const std::string all = text && *text ? "\n" + **text : "";
  const auto at = all.find(begin);
  if (at == std::string::npos) {
    return "";
  }
  const auto name = at + begin.size();
  const auto end = std::min(all.find("' of ", name), all.find('\n', name));
  return all.substr(name, end - name);
}

// git names what it merges in its environment (GITHEAD_<oid>): if that is HEAD now, it was a fast-forward.
Result<bool> is_pulled(const RefName& branch, const Oid& head, const Environment& env, OpenRepository& repository) {
  const bool by_pull = value_of(env, "GIT_REFLOG_ACTION").value_or("").rfind("pull", 0) == 0;
  if (!by_pull || !value_of(env, "GITHEAD_" + head.hex())) {
    return false;
  }
  const std::string fetched = fetched_branch(head, repository);
  const auto upstream = repository.upstream_of(branch);
  if (!upstream) {
    return tl::unexpected(upstream.error());
  }
  return fetched.empty() || fetched == branch.brief() || (*upstream && fetched == (*upstream)->branch.brief());
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
  const auto is_public = is_on_any_remote(*facts.branch, commit, repository);
  if (!is_public) {
    return tl::unexpected(is_public.error());
  }
  facts.is_public = *is_public;
  return PublishTarget{std::move(facts), commit, *remote, *std::move(push)};
}

// What gate check says of its own flags is of no use here.
Error in_words_of_publish(Error error) {
  const auto flags = error.remedy.find("gate check");
  if (flags != std::string::npos) {
    error.remedy = error.remedy.substr(0, flags) + "gate publish --branch NAME";
  }
  error.remedy = error.remedy.substr(0, error.remedy.find("   (if it is new there: --from"));
  return error;
}

// The push is the one that `gate check` judges in the same job.
Result<std::optional<PublishTarget>> ci_target(const CheckFlags& flags, Event event, const Environment& env, OpenRepository& repository) {
  const auto target = find_check_target(flags, env, repository);
  if (!target) {
    return tl::unexpected(in_words_of_publish(target.error()));
  }
  if (target->push.updates.empty()) {
    return std::nullopt;
  }
  const auto& update = target->push.updates.front();
  MergeFacts facts;
  facts.event = update.ref.is_branch() ? event : Event::ci_other;
  facts.branch = update.ref;
  facts.is_public = true;
  // Without an event, what was fetched last is all there is, and that has the commit by now.
  auto push = flags.branch ? push_of(update.ref, update.new_oid, target->push.remote, repository) : Result<Push>(target->push);
  if (!push) {
    return tl::unexpected(push.error());
  }
  return PublishTarget{std::move(facts), update.new_oid, target->push.remote, *std::move(push)};
}

// An event that was read says all: a flag may repeat it.
Result<std::optional<PublishTarget>> event_target(const CiEvent& event, const std::optional<std::string>& branch, const Environment& env,
                                                  OpenRepository& repository) {
  if (branch && event.name != "push") {
    return fail(ErrorKind::usage, "this run of " + event.system + " is no push (" + event.name + "), and publishes nothing",
                "run gate publish in jobs for pushes only");
  }
  if (branch && event.ref.full() != "refs/heads/" + *branch) {
    return fail(ErrorKind::usage, "this run of " + event.system + " is for a push to " + event.ref.full() + ", not to the branch " + *branch,
                "without --branch, gate publish takes what CI says");
  }
  return ci_target({}, event.name == "push" ? Event::ci_push : Event::ci_other, env, repository);
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
  const auto has = *tracked ? has_commit(**tracked, commit, repository) : Result<bool>(false);
  if (!has) {
    return tl::unexpected(has.error());
  }
  Oid old_oid = tracked->value_or(Oid());
  if (*has) {
    const auto parent = repository.first_parent(commit);
    if (!parent) {
      return tl::unexpected(parent.error());
    }
    if (!*parent) {
      return fail(ErrorKind::usage, "what " + commit.brief() + " was merged onto is not in this clone, so whether it may be published can't be told",
                  "fetch the whole history: git fetch --unshallow");
    }
    old_oid = **parent;
  }
  return Push{remote, "", {{branch.full(), commit, branch, old_oid}}};
}

Result<std::optional<PublishTarget>> head_target(Event event, bool is_squash, const Environment& env, OpenRepository& repository) {
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
  const auto pulled = facts.branch ? is_pulled(*facts.branch, **head, env, repository) : Result<bool>(false);
  if (!pulled) {
    return tl::unexpected(pulled.error());
  }
  facts.is_pulled = *pulled;
  auto target = target_for(std::move(facts), **head, repository);
  if (!target) {
    return tl::unexpected(target.error());
  }
  return could_publish(target->facts) ? std::optional(*std::move(target)) : std::nullopt;
}

Result<std::optional<PublishTarget>> asked_target(const std::optional<std::string>& branch, const Environment& env, OpenRepository& repository) {
  const auto event = read_ci_event(env);
  if (event && *event) {
    return event_target(**event, branch, env, repository);
  }
  if (const auto sign = pull_request_sign(env)) {
    return fail(ErrorKind::usage, "this CI runs for a pull request (" + *sign + "), which publishes nothing",
                "run gate publish in jobs for pushes only");
  }
  if (event && !is_in_ci(env)) {
    return branch ? fail(ErrorKind::usage, "--branch is for CI: here the branch is the one that HEAD is on",
                         "git switch " + shell_word(*branch) + " && gate publish")
                  : head_target(Event::asked, false, env, repository);
  }
  if (!branch) {
    return event ? fail(ErrorKind::usage, "for which branch this CI runs can't be told", k_say_branch)
                 : fail(event.error().kind, event.error().message, k_say_branch);
  }
  if (const auto other = other_branch_sign(*branch, env)) {
    return fail(ErrorKind::usage, "--branch " + *branch + " is not what this CI runs for: " + *other,
                "gate publish --branch NAME, with the branch that CI runs for");
  }
  return ci_target({branch, std::nullopt, std::nullopt, std::nullopt}, Event::ci_push, env, repository);
}

} // namespace gate
