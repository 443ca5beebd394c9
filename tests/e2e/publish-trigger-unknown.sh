#!/bin/sh
# Whether a build was begun can't be told: nothing asks a second time until a person has looked, and says --again or --drop.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_trigger
DEPLOY=$trigger_url
export DEPLOY
new_repo_with_publishing 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"'
unknown() { # number of the entry, of the requests so far
    expect_exit 3 gate publish
    expect_text "gate publish --again $1"
    expect_text "gate publish --drop $1"
    expect_requests "$2" trigger POST
    expect_exit 0 gate publish --list
    expect_text "#$1  unknown"
}
merge_into_staging_unseen more
smuggle origin staging
faults trigger 'POST / cut-answer'
unknown 1 1
faults trigger
unknown 1 1
expect_exit 0 gate publish --again 1
expect_text "accepted"
expect_requests 2 trigger POST

merge_into_staging_unseen "even more"
smuggle origin staging
faults trigger 'POST / 503'
unknown 2 3
faults trigger
unknown 2 3
gate publish --drop 2 >"$out" 2>&1 || :
cat "$out"
expect_requests 3 trigger POST
expect_exit 0 gate publish --list
expect_text "dropped by hand"
expect_exit 2 gate publish --again 1
