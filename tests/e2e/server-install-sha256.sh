#!/bin/sh
# A server's repository with SHA-256: its hooks would refuse every push, so none are wired, and the reason is given at once.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

git init -q --bare --object-format=sha256 --initial-branch=master "$T/remote.git"
git init -q --object-format=sha256 --initial-branch=master "$T/repo"
picture_of "$T/remote.git" >"$T/before"
cd "$T/remote.git"
expect_exit 3 gate install --server
expect_text "SHA-256"
expect_text "nothing is installed"
expect_same "lines of gate's" 2 "$(grep -c -e '^gate: ' -e '^      ' "$out")"
expect_plain "$out"
picture_of "$T/remote.git" >"$T/after"
cmp "$T/before" "$T/after" || fail "something was written"

# A push finds the repository as it was. Hooks of before go as they always do.
cd "$T/repo"
git commit -q --allow-empty -m "One"
expect_exit 0 git push -q "$T/remote.git" master
cd "$T/remote.git"
expect_exit 0 gate uninstall
