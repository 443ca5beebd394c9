#!/bin/sh
# A value of another type is an error that says what it must be.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git switch -q -c feature
for line in 'schema = "1"' 'policy_branch = 1' 'branch = 3' 'suite = []' 'tag = [1]'; do
    { [ "${line%% *}" = schema ] || echo "schema = 1" && echo "$line"; } >gate.toml
    git commit -q -a -m "$line"
    judge 2 "x $(oid HEAD) refs/heads/feature $zeros"
    expect_text "gate.toml:"
done
