#!/bin/sh
# What counts is development on the remote: a local branch of that name with other commits is elsewhere.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c development
commit file two "Two"
git switch -q -c staging origin/staging
git merge -q --no-ff -m "Merge development" development
expect_exit 1 git push origin staging
expect_text merge-source
expect_exit 0 git push origin development
expect_exit 0 git push origin staging
