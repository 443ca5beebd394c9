#!/bin/sh
# An image that does not build is a failed suite; the words of the build are shown.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests true
echo 'RUN echo "no luck" && false' >>Dockerfile
git add -A
git commit -q -m "A suite"
expect_exit 1 git push origin HEAD:refs/heads/feature
expect_text "suite tests failed"
expect_text "no luck"
judge 1 "x $(oid HEAD) refs/heads/feature $zeros"
expect_nothing_left
