#!/bin/sh
# What arrives with a push that is rejected in part is finished all the same; git's own code is that of gate push.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging more
git branch -q feature
mkdir -p "$T/remote.git/hooks"
# shellcheck disable=SC2016 # of the hook
printf '%s\n' '#!/bin/sh' '[ "$1" != refs/heads/feature ]' >"$T/remote.git/hooks/update"
chmod +x "$T/remote.git/hooks/update"
expect_exit 1 gate push origin staging feature
expect_text "the tag staging moved to it"
expect_same "staging on the remote" "$commit" "$(remote_tip staging)"
expect_same "feature on the remote" none "$(remote_tip feature)"
expect_all_published
