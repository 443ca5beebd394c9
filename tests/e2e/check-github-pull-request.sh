#!/bin/sh
# A pull request is judged by its target's rules, on the merge result that GitHub checks out.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c feature
commit file two "Two"
git switch -q --detach origin/staging
git merge -q --no-ff -m "Merge $(oid feature) into $(oid origin/staging)" feature
GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=staging GITHUB_HEAD_REF=development
GITHUB_REF=refs/pull/1/merge GITHUB_SHA=$(oid HEAD)
export GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_BASE_REF GITHUB_HEAD_REF GITHUB_REF GITHUB_SHA
expect_exit 1 gate check
expect_text "merge-source  refs/heads/staging"
GITHUB_BASE_REF=master
expect_exit 0 gate check
smuggle origin feature:development
GITHUB_BASE_REF=staging
expect_exit 0 gate check
