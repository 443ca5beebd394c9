#!/bin/sh
# Hooks that were there before come back byte for byte, with their mode and their date.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf 'no newline, \000 and \377 inside' >.git/hooks/pre-push
printf '#!/bin/sh\n' >.git/hooks/post-merge
chmod 0751 .git/hooks/pre-push
chmod 0600 .git/hooks/post-merge
touch -d '2001-02-03 04:05:06' .git/hooks/*
state() {
    stat -c '%n %a %Y %s %u %g' .git/hooks/*
    sha256sum .git/hooks/*
}
state >"$T/before"
gate install
gate install
expect_exit 0 gate uninstall
state >"$T/after"
cmp "$T/before" "$T/after"
