#!/bin/sh
# What gate refuses, a kept hook never sees.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
gate uninstall
printf '#!/bin/sh\necho ran >"%s"\n' "$T/ran" >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
commit file two "Two"
expect_exit 1 git push origin master
[ ! -e "$T/ran" ] || fail "the kept hook ran"
expect_exit 0 git push origin HEAD:feature
[ -e "$T/ran" ] || fail "the kept hook did not run"
