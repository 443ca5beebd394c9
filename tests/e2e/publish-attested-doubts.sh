#!/bin/sh
# Who vouches for an image must have the role, be known, and speak of a branch whose policy no pusher writes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-attested.sh
. "$support/lib-attested.sh"

# The word of a developer is not enough where there is a ci signer.
start_registry
new_signer ci
new_signer ada
new_attested_repo
sign_as ada
merge_into_staging more
expect_finished
expect_exit 1 gate verify "$REGISTRY/app:staging"
expect_text "doubted: the one by ada@example.com: its role is dev"
expect_plain "$out"

# Whose line is gone is nobody, whatever was signed before.
sign_as ci
git switch -q development
merge_into_staging another
expect_finished
expect_exit 0 gate verify "$REGISTRY/app:staging"
git switch -q staging
new_signer eve
grep -v '^ci@' "$T/signers" >.gate/allowed_signers
git commit -q -a -m "Without CI's key"
smuggle origin staging
expect_exit 1 gate verify "$REGISTRY/app:staging"
expect_text "doubted"

# An image that is not there, and what is no image.
expect_exit 3 gate verify "$REGISTRY/app:nothing-of-that-name"
expect_exit 2 gate verify --image "https://$REGISTRY/app"

# A statement of eve's own branch, whose policy and signers she has written herself.
git switch -q -c eve/branch
printf 'ci@example.com namespaces="verdict@gate" %s\n' "$(cut -d ' ' -f 1,2 "$T/keys/eve.pub")" >.gate/allowed_signers
git commit -q -a -m "Eve is CI here"
smuggle origin HEAD:eve/branch
git fetch -q
digest=$(registry_digest app staging)
attached app "$digest"
head -n 1 "$T/attached" >"$T/envelope"
"$support/envelope" payload "$T/envelope" | sed 's,refs/heads/staging,refs/heads/eve/branch,' >"$T/statement"
"$support/envelope" seal-ssh "$T/keys/eve" "$T/statement" | "$support/registry-attached" "$REGISTRY" app "$digest" put
expect_exit 1 gate verify "$REGISTRY/app:staging"
expect_text "eve/branch of origin, of which it says to be, is not protected"
