#!/bin/sh
# Ancestry is exact where commit dates lie: a parent from the future, a merge from the past.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
smuggle origin master:development master:staging
git switch -q -c development
for year in 2030 1980 2035 1975; do
    export GIT_COMMITTER_DATE="$year-01-01T00:00:00Z" GIT_AUTHOR_DATE="$year-01-01T00:00:00Z"
    commit file "$year" "In $year"
done
expect_exit 0 git push origin development
expect_exit 0 git push origin development~1:refs/heads/staging
git switch -q -c staging origin/staging
export GIT_COMMITTER_DATE="1971-01-01T00:00:00Z"
git merge -q --no-ff -m "Merge development" development
expect_exit 0 git push origin staging
expect_exit 1 git push -f origin development~3:staging
expect_text force-push
