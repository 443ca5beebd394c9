#!/bin/sh
# The sample with a database: a push runs its tests against a redis of their own, and one that breaks them is refused.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_remote "$T/remote.git"
cp -R "$support/../sample-web" "$T/$app"
cd "$T/$app"
echo "LABEL $label" >>web/Dockerfile
git init -q --initial-branch=master
git remote add origin "$T/remote.git"
save "The sample"
git push -q -u origin master
git remote set-head origin master
gate install >/dev/null
git switch -q -c feature
commit web/VERSION 1 "A version"
expect_exit 0 git push origin feature
expect_text "passed"
expect_runs 1 web
sed -i 's/incr("hits")/incr("hits", 2)/' web/app.py
save "Each visit counts twice"
expect_exit 1 git push origin feature
expect_text "test_each_visit_counts"
expect_runs 2 web
nothing_is_left
expect_nothing_left
