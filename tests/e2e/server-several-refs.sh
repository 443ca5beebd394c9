#!/bin/sh
# All refs of a push are judged, from objects that are nowhere but in quarantine; one that is refused refuses all.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_server
git --git-dir "$T/remote.git" update-ref refs/heads/development master
git --git-dir "$T/remote.git" update-ref refs/heads/staging master
git switch -q -c development
commit a one "One"
commit b two "Two"
git tag -a -m "A tag" v1
# staging takes what development has, also when both come in one push.
expect_exit 0 git push -q --no-verify origin development development:staging v1
expect_same "staging" "$(oid development)" "$(remote_tip staging)"

git switch -q -c feature
commit c three "Three"
expect_exit 1 git push --no-verify origin feature feature:staging
expect_text "refs/heads/staging"
expect_same "feature" none "$(remote_tip feature)"
# The pack may be kept whole or be unpacked.
git --git-dir "$T/remote.git" config receive.unpackLimit 1
expect_exit 1 git push --no-verify origin feature feature:staging
expect_exit 0 git push --no-verify origin feature
