#!/bin/sh
# A kept hook in another language, with bytes that are no UTF-8, runs by its own first line.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/usr/bin/awk -f\nBEGIN { print "awk \303\050 ran" > "%s" }\n' "$T/ran" >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
cp -p .git/hooks/pre-push "$T/original"
gate install
expect_exit 0 git push origin master
[ -s "$T/ran" ] || fail "it did not run"
gate uninstall
cmp .git/hooks/pre-push "$T/original"
