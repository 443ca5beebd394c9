#!/bin/sh
# @sigstore/verify, which knows nothing of gate, takes an envelope that was signed with an ed25519 key, and refuses it once a byte is another.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
[ "${major:-0}" -ge 20 ] || skip "there is no node of version 20 or later"
cp "$support/sigstore/package.json" "$support/sigstore/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund >"$T/npm" 2>&1 || {
    cat "$T/npm"
    skip "npm can't fetch @sigstore/verify"
}
new_pem_signer ci
new_repo_with_verdicts
git switch -q -c feature
commit file changed "A change"
expect_exit 0 env GATE_SIGNING_KEY="$T/keys/ci.pem" gate push -q origin feature
noted
cp "$T/noted"/* "$T/envelope"
cd "$T"
expect_exit 0 node "$support/sigstore/check.mjs" envelope keys/ci.pub.pem
"$support/envelope" payload envelope | cmp - "$out"
openssl genpkey -algorithm ed25519 | openssl pkey -pubout >other.pem
expect_exit 1 node "$support/sigstore/check.mjs" envelope other.pem
sed 's#application/vnd.in-toto+json#application/vnd.in-toto+jsom#' envelope >edited
expect_exit 1 node "$support/sigstore/check.mjs" edited keys/ci.pub.pem
