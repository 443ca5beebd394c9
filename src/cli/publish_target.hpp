// What a hook, a person or CI would have published.
#pragma once

#include <optional>
#include <string>

#include "cli/invocation.hpp"
#include "git/repository.hpp"
#include "policy/plan.hpp"
#include "policy/push.hpp"

namespace gate {

struct PublishTarget {
  MergeFacts facts;
  Oid commit;
  std::string remote; ///< whose branch is meant
  Push push;          ///< the update of that branch by the commit: it is judged as a push of it would be
};

/// HEAD, on its own branch: never on the branch that it follows, since `git switch -c fix origin/staging` makes fix follow
/// staging. Nothing when there is no commit, or when a hook has nothing to do whatever the policy says: a plain commit, a squash, a
/// merge that was pulled. `event` is merge, commit or asked.
Result<std::optional<PublishTarget>> head_target(MergeFacts::Event event, bool is_squash, const Environment& env, OpenRepository& repository);

/// In CI what its event says. A system or an event that gate can't read needs `branch`, which must be the one that CI itself names,
/// if it does; a run for a pull request is never a push. Outside of CI: HEAD.
Result<std::optional<PublishTarget>> asked_target(const std::optional<std::string>& branch, const Environment& env, OpenRepository& repository);

/// The update that brings the commit to the remote's branch, as far as was fetched. Of a commit that it has already, the one that
/// brought it onto its first parent: what came past the rules is not published either, and a policy that it brought does not
/// say how. An error when that parent is not here.
Result<Push> push_of(const RefName& branch, const Oid& commit, const std::string& remote, OpenRepository& repository);

/// Does the history of this tip have the commit? A cut counts as no.
Result<bool> has_commit(const Oid& tip, const Oid& commit, OpenRepository& repository);

} // namespace gate
