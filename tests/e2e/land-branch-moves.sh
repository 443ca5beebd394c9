#!/bin/sh
# Somebody else's push arrives in the last moment, between the answer of the remote to git and git's push: it begins again, and the tree that
# lands is one that was tested.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git clone -q "$T/remote.git" "$T/racer"
git -C "$T/racer" commit -q --allow-empty -m "Sooner"
(cd "$T/racer" && commit other sooner "Sooner still")
gate uninstall >/dev/null
cat >.git/hooks/pre-push <<HOOK
#!/bin/sh
[ ! -e "$T/raced" ] || exit 0
: >"$T/raced"
unset \$(git rev-parse --local-env-vars)
git -C "$T/racer" push -q origin master
HOOK
chmod +x .git/hooks/pre-push
gate install >/dev/null
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate land feature
expect_text "master of origin moved meanwhile: once more, try 2 of 5"
[ -e "$T/raced" ] || fail "there was no race"
tip=$(remote_tip master)
expect_same "its parents" "$(git -C "$T/racer" rev-parse master) $(oid feature)" "$(git log -1 --format=%P "$tip")"
expect_same "file there" changed "$(git cat-file blob "$tip:file")"
expect_same "the other's file there" sooner "$(git cat-file blob "$tip:other")"
grep -rqF "$(oid "$tip^{tree}")" "$(gate_folder)/verdicts" || fail "the tree that landed was not tested"
expect_runs 2
expect_nothing_left
