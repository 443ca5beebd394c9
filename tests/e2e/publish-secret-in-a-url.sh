#!/bin/sh
# What git says of a remote that can not be asked is told without the secrets in its URL.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging more
for url in "http://127.0.0.1:1/r.git?token=canary-query" "http://user:canary-password@127.0.0.1:1/r.git" "http://canary-token@127.0.0.1:1/r.git"; do
    git remote set-url origin "$url"
    expect_held_up "could not be asked: fatal: unable to access 'http://127.0.0.1:1/r.git" # and lists it
    expect_no_text canary
    expect_exit 3 gate publish
    expect_no_text canary
    ! grep -rq canary "$(gate_folder)" || fail "a secret was written down"
done
# A branch may follow a URL instead of a remote.
git config branch.staging.remote "http://user:canary-password@127.0.0.1:1/r.git"
git remote set-url origin "$T/remote.git"
expect_exit 0 gate publish
expect_no_text canary
