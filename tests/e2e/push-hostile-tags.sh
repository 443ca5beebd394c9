#!/bin/sh
# A tag of a tag of a commit, of a tree and of a blob: judged by the ref's rules, without a crash.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git tag -a -m "One" one
git tag -a -m "Two" two one
git tag tree "$(oid 'HEAD^{tree}')"
git tag -a -m "Blob" blob "$(oid HEAD:gate.toml)"
expect_exit 0 git push origin two tree blob
expect_exit 0 git push -f origin tree:refs/tags/blob
