#include "cli/check_target.hpp"

#include "base/shell_word.hpp"
#include "cli/ci_event.hpp"

namespace gate {

namespace {

Failure unknown(std::string message, std::string remedy) { return fail(ErrorKind::usage, std::move(message), std::move(remedy)); }

class TargetFinder {
public:
  TargetFinder(const CheckFlags& flags, OpenRepository& repository) : m_flags(flags), m_repository(repository) {}

  Result<CheckTarget> from_event(const CiEvent& event) {
    if (event.new_oid.is_zero()) {
      return CheckTarget{{"origin", "", {}}, event.system + ", " + event.name, false};
    }
    auto old_oid = event.old_oid;
    if (!event.old_revision.empty()) {
      const auto named = m_repository.rev_parse(event.old_revision);
      if (!named || !*named) {
        return unknown("this clone does not have the commit " + event.old_revision + " that the branch had before", "fetch the whole history, or say it: gate check --branch NAME --from REV");
      }
      old_oid = **named;
    }
    if (!old_oid) {
      const auto base = m_repository.first_parent(event.new_oid);
      if (!base) {
        return tl::unexpected(base.error());
      }
      if (!*base) {
        return unknown("this clone does not have the commit that the pull request is merged onto",
                       "fetch the whole history   (actions/checkout: fetch-depth: 0; Travis CI: git: depth: false)");
      }
      old_oid = **base;
    }
    return target(event.ref, *old_oid, event.new_oid, "origin", event.system + ", " + event.name);
  }

  Result<CheckTarget> from_flags_and_upstream() {
    const auto head = m_repository.rev_parse(m_flags.to.value_or("HEAD"));
    if (!head) {
      return tl::unexpected(head.error());
    }
    if (!*head) {
      return unknown("there is no commit " + m_flags.to.value_or("HEAD"), "commit something first, or name a commit: --to REV");
    }
    auto named = branch_and_remote();
    if (!named) {
      return tl::unexpected(named.error());
    }
    auto old_oid = old_tip(*named);
    if (!old_oid) {
      return tl::unexpected(old_oid.error());
    }
    return target(named->branch, *old_oid, **head, named->remote, "as a push to " + named->remote);
  }

private:
  Result<Upstream> branch_and_remote() {
    const std::string remote = m_flags.remote.value_or("origin");
    if (m_flags.remote) {
      const auto known = m_repository.remote_named(remote);
      if (!known) {
        return tl::unexpected(known.error());
      }
      if (!*known) {
        return unknown("there is no remote " + remote, "git remote -v shows which there are");
      }
    }
    if (m_flags.branch) {
      const auto branch = RefName::branch(*m_flags.branch);
      return branch ? Result<Upstream>(Upstream{remote, *branch}) : unknown("no branch can be called \"" + *m_flags.branch + "\"", "gate check --branch NAME");
    }
    const auto current = m_repository.current_branch();
    if (!current) {
      return tl::unexpected(current.error());
    }
    if (!*current) {
      return unknown("HEAD is on no branch, so which rules hold can't be told", "name the branch: gate check --branch NAME");
    }
    const auto upstream = m_repository.upstream_of(**current);
    if (!upstream) {
      return tl::unexpected(upstream.error());
    }
    if (*upstream && (!m_flags.remote || *m_flags.remote == (*upstream)->remote)) {
      return **upstream;
    }
    return Upstream{remote, **current};
  }

  Result<Oid> old_tip(const Upstream& named) {
    if (m_flags.from) {
      if (const auto zero = Oid::parse(*m_flags.from); zero && zero->is_zero()) {
        return *zero;
      }
      const auto old_oid = m_repository.rev_parse(*m_flags.from);
      if (!old_oid) {
        return tl::unexpected(old_oid.error());
      }
      return *old_oid ? Result<Oid>(**old_oid) : unknown("there is no commit " + *m_flags.from + " in this clone", "fetch it (in CI: fetch the whole history), or correct --from");
    }
    const auto tracked = m_repository.tracking_tip(named.remote, named.branch);
    if (!tracked) {
      return tl::unexpected(tracked.error());
    }
    if (!*tracked) {
      const auto all = m_repository.fetches_every_branch(named.remote);
      if (!all) {
        return tl::unexpected(all.error());
      }
      if (!*all) {
        const std::string branch = named.branch.brief();
        return unknown("this clone fetches some branches of " + named.remote + " only, so whether it has " + branch + " can't be told",
                       "git fetch " + shell_word(named.remote) + " " + shell_word(branch + ":refs/remotes/" + named.remote + "/" + branch) +
                           "   (if it is new there: --from " + Oid().hex() + ")");
      }
    }
    return tracked->value_or(Oid());
  }

  Result<CheckTarget> target(const RefName& ref, const Oid& old_oid, const Oid& new_oid, const std::string& remote, std::string origin) {
    for (const Oid& oid : {old_oid, new_oid}) {
      const auto object = m_repository.peel(oid);
      if (!object) {
        return tl::unexpected(object.error());
      }
      if (!oid.is_zero() && object->kind == Peeled::Kind::missing) {
        return unknown("this clone does not have the commit " + oid.hex(), "fetch the whole history: git fetch --unshallow   (actions/checkout: fetch-depth: 0)");
      }
    }
    return CheckTarget{{remote, "", {{"HEAD", new_oid, ref, old_oid}}}, std::move(origin), false};
  }

  const CheckFlags& m_flags;
  OpenRepository& m_repository;
};

} // namespace

Result<CheckTarget> find_check_target(const CheckFlags& flags, const Environment& env, OpenRepository& repository) {
  // A server's own branches are no remote's: their rules would be missed, and all would be allowed.
  if (!repository.work_dir()) {
    return unknown("this repository is bare: nobody pushes from here, so which rules a push would meet can't be told",
                   "run gate check in a clone   (pushes to this repository: gate install --server; what has arrived: gate audit)");
  }
  TargetFinder finder(flags, repository);
  const bool flagged = flags.branch || flags.from || flags.to || flags.remote;
  if (!flagged) {
    const auto event = read_ci_event(env);
    if (!event) {
      return tl::unexpected(event.error());
    }
    if (*event) {
      return finder.from_event(**event);
    }
  }
  auto target = finder.from_flags_and_upstream();
  if (target) {
    target->is_head = !flags.to;
  }
  return target;
}

} // namespace gate
