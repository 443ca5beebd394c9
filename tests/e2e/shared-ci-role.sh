#!/bin/sh
# CI takes a verdict of another CI run, and none of a developer's where a ci signer is configured; a developer takes both.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_pem_signer ci
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature

# As CI, in a clone of its own.
clone_of runner
git switch -q feature
git config --unset user.signingKey || :
expect_exit 0 env CI=true GATE_SIGNING_KEY="$T/keys/ci.pem" gate check --branch feature
expect_runs 1
expect_same "refs with verdicts" 2 "$(verdict_refs | wc -l)"

# CI once more, on another machine: what CI has tested is not tested again.
clone_of runner2
git switch -q feature
no_engine
expect_exit 0 env CI=true GATE_SIGNING_KEY="$T/keys/ci.pem" gate check --branch feature
expect_text "ci@example.com (ci)"
unset DOCKER_HOST

clone_of bob
git switch -q -c mine origin/feature
git update-ref -d "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" 2>/dev/null || :
no_engine
expect_exit 0 gate push origin mine
expect_text "ci@example.com (ci)"
