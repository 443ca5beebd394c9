#!/bin/sh
# A tree with entries that git itself refuses (.git in any spelling, "..") is not written anywhere.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
blob=$(oid HEAD:verdict)
for name in .git .. .GIT 'git~1'; do
    inner=$(printf '100644 blob %s\tfile\n' "$blob" | git mktree)
    # mktree would do it; a commit made by hand does not ask either
    tree=$({ git ls-tree HEAD; printf '040000 tree %s\t%s\n' "$inner" "$name"; } | git mktree)
    commit=$(git commit-tree -p HEAD -m "Hostile" "$tree")
    judge 3 "x $commit refs/heads/feature $zeros"
    expect_runs 0
    expect_nothing_left
done
