#!/bin/sh
# git does not run a hook that is not executable, and so gate does not either; uninstall gives it back as it was.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/bin/sh\nexit 1\n' >.git/hooks/pre-push
chmod 640 .git/hooks/pre-push
gate install
expect_exit 0 git push origin master
gate uninstall
expect_same "mode" 640 "$(stat -c %a .git/hooks/pre-push)"
