#!/bin/sh
# A repository whose tags are immutable and a branch tag that is there and has to move: that is said, with the command that mends it,
# while the suite is still running at the latest.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr app
own_engine
new_repo_with_publishing
merge_into_staging_unseen one
expect_finished
ecr_repositories "app IMMUTABLE"
git switch -q development
sed -i "s/^run = .*/run = ['sh', '-c', 'sleep 40']/" gate.toml
git commit -q -a -m "A slow suite"
smuggle origin HEAD:master HEAD:development HEAD:staging
git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
merge_into_staging_unseen more
smuggle origin staging
began=$(date +%s)
start_publish slow
wait_until 20 grep -qi "immutable" "$T/slow.out" || fail "it is not said"
[ $(($(date +%s) - began)) -lt 30 ] || fail "that took long"
expect_text "aws ecr put-image-tag-mutability" "$T/slow.out"
expect_text "staging" "$T/slow.out"
# shellcheck disable=SC2154 # of start_publish
kill -INT "$process_slow" 2>/dev/null || :
end_of_publish slow
[ "$status" -ne 0 ] || fail "it ended well"
expect_same "puts" 0 "$(requests proxy "^PUT /v2/app/manifests/$commit")"

# Where the branch's tag is excluded there is nothing to say.
gate publish --drop 2
ecr_repositories "app IMMUTABLE_WITH_EXCLUSION stag*,latest"
git switch -q development
sed -i "s/sleep 40/true/" gate.toml
git commit -q -a -m "A fast suite"
smuggle origin HEAD:master HEAD:development HEAD:staging
git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
merge_into_staging_unseen "still more"
smuggle origin staging
expect_exit 0 gate publish
expect_no_text "immutable"
expect_text "the tag staging moved to it"
