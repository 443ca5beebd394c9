#!/bin/sh
# A second install leaves every byte, mode and date as it is, also where a hook was kept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
printf '#!/bin/sh\nexit 0\n' >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
gate install
touch -d '2001-01-01' .git/hooks/*
state() {
    stat -c '%n %i %a %Y %s' .git/hooks .git/hooks/*
    sha256sum .git/hooks/*
}
state >"$T/before"
expect_exit 0 gate install
expect_text "in place already"
state >"$T/after"
cmp "$T/before" "$T/after"
