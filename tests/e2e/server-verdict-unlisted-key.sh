#!/bin/sh
# A verdict by a key that the protected side does not list opens nothing, however good its signature; nor does one whose key comes in with the
# very push that it is for.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "$support/lib-server.sh"
# shellcheck source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_repo_with_verdicts
install_on_server
cp "$T/signers" "$T/listed"
new_signer mallory
sign_as mallory
git switch -q -c feature
commit file changed "A change"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master
expect_text "no verdict that holds for suite \"tests\""
# Under the name of a key that is listed.
mallorys=refs/notes/gate/$(id_of_key "$T/keys/mallory.pub")
alices=refs/notes/gate/$(id_of_key "$T/keys/alice.pub")
expect_exit 1 git push --no-verify origin master "$mallorys:$alices"
expect_text "not in allowed_signers"

git reset -q --hard HEAD^
git switch -q feature
cp "$T/signers" .gate/allowed_signers
git commit -q -a -m "Mallory is one of us"
git switch -q master
git merge -q --no-ff -m "Merge feature" feature
expect_exit 0 gate check
expect_exit 0 gate verdict push origin
expect_exit 1 git push --no-verify origin master "$mallorys:$alices"
expect_text "no verdict that holds for suite \"tests\""
expect_same "master of the remote" "$(oid master^)" "$(remote_tip master)"
# Once alice has vouched for it, mallory is, and may vouch for the next one.
sign_as alice
expect_exit 0 gate verdict push origin
expect_exit 0 git push -q --no-verify origin master
sign_as mallory
git switch -q feature
commit file more "More"
git switch -q master
git merge -q --no-ff -m "Merge feature again" feature
expect_exit 0 gate check
expect_exit 0 gate verdict push origin
expect_exit 0 git push -q --no-verify origin master
