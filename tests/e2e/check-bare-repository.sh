#!/bin/sh
# In a bare repository nobody pushes from, nothing is called allowed: a sentence that says where to ask, whatever is asked.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit two x "Two"
smuggle origin master
cd "$T/remote.git"
refused_here() { # arguments of gate check...
    expect_exit 2 gate check "$@"
    expect_text "this repository is bare"
    expect_text "gate install --server"
    expect_no_text "allowed"
    expect_plain "$out"
}
refused_here
refused_here --branch master --from HEAD~1
refused_here --branch feature --from "$zeros"
git remote add origin "$T/repo"
refused_here
printf '{"ref":"refs/heads/master","before":"%s","after":"%s"}\n' "$(oid HEAD~1)" "$(oid HEAD)" >"$T/event.json"
expect_exit 2 env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/master GITHUB_SHA="$(oid HEAD)" GITHUB_EVENT_PATH="$T/event.json" gate check
expect_text "this repository is bare"

# A work tree of it is none.
git remote set-url origin "$T/remote.git"
git worktree add -q "$T/tree" -b feature
cd "$T/tree"
expect_exit 0 gate check
