#!/bin/sh
# A remote that refuses the verdicts keeps nobody from pushing: one line says so, with what was refused.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
sign_as alice
mkdir -p "$T/remote.git/hooks"
cat >"$T/remote.git/hooks/update" <<'HOOK'
#!/bin/sh
case $1 in refs/heads/* | refs/tags/*) exit 0 ;; esac
echo "only branches and tags here"
exit 1
HOOK
chmod +x "$T/remote.git/hooks/update"
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push origin feature
expect_text "only branches and tags here"
expect_same "feature on the remote" "$(oid HEAD)" "$(remote_tip feature)"
expect_exit 3 gate verdict push
expect_text "only branches and tags here"
# What was signed is here, for a push of one's own where they are taken.
rm "$T/remote.git/hooks/update"
expect_exit 0 git push -q --no-verify origin 'refs/notes/gate/*:refs/notes/gate/*'
expect_same "notes on the remote" "refs/notes/gate/$(id_of_key "$T/keys/alice.pub")" "$(verdict_refs)"
expect_exit 0 gate verdict push
expect_text "has all verdicts of this machine already"
