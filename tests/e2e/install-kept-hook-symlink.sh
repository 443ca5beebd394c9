#!/bin/sh
# A hook that is a symlink is kept as one, run, and given back as the same symlink.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks tools
printf '#!/bin/sh\necho "through the link"\n' >tools/check
chmod +x tools/check
ln -s ../../tools/check .git/hooks/pre-push
sum=$(sha256sum tools/check)
gate install
[ ! -L .git/hooks/pre-push ] || fail "gate wrote through the symlink"
expect_exit 0 git push origin master
expect_text "through the link"
gate uninstall
expect_same "target" ../../tools/check "$(readlink .git/hooks/pre-push)"
expect_same "content" "$sum" "$(sha256sum tools/check)"
