#!/bin/sh
# gate push tests before git's connection is open; the hook in it then finds the verdict, and so does the next push. What has passed
# is said once.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
printf '#!/bin/sh\ntouch "%s"\n' "$T/hook-has-passed" >.git/hooks/pre-push.before-gate
chmod +x .git/hooks/pre-push.before-gate
expect_exit 0 gate push origin feature
expect_text "suite tests passed in"
expect_same "lines about it" 1 "$(grep -c "suite tests passed" "$out")"
[ -e "$T/hook-has-passed" ] || fail "the hook did not run, or did not let it through"
expect_runs 1
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature)"
no_engine
expect_exit 0 gate push origin feature:again
commit verdict bad "Bad"
expect_exit 3 gate push origin feature
unset DOCKER_HOST
expect_exit 1 gate push origin feature
expect_text "| bad"
expect_same "feature on the remote" "$(oid HEAD~1)" "$(remote_tip feature)"
expect_nothing_left
