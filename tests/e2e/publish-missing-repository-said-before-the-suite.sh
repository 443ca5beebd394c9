#!/bin/sh
# A missing repository, a permission that is not there: said with the command that mends it, when the suite has not ended yet.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
REGISTRY=$ecr_host
new_repo_with_publishing
sed -i "s/^run = .*/run = ['sh', '-c', 'sleep 40']/" gate.toml
git commit -q -a -m "A slow suite"
smuggle origin HEAD:master HEAD:development HEAD:staging
git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
merge_into_staging_unseen more
smuggle origin staging
said_soon() { # text
    began=$(date +%s)
    start_publish slow
    tries=400
    until grep -qF "$1" "$T/slow.out"; do
        [ "$tries" -gt 0 ] || fail "it is not said: $(cat "$T/slow.out")"
        tries=$((tries - 1))
        sleep 0.05
    done
    [ $(($(date +%s) - began)) -lt 30 ] || fail "that took long"
    # shellcheck disable=SC2154 # of start_publish
    kill -INT "$process_slow" 2>/dev/null || :
    end_of_publish slow
    [ "$status" -ne 0 ] || fail "it ended well"
    expect_no_text "canary"
}
said_soon "aws ecr create-repository --repository-name app --region eu-west-1"
faults ecr 'POST GetAuthorizationToken AccessDeniedException'
said_soon "ecr:GetAuthorizationToken"
expect_nothing_left
