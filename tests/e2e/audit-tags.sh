#!/bin/sh
# Tags that rules speak of are audited as if they came now, with what no branch has.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

plain_repo
people_who_sign
git tag -a -m "From before any policy" v0
mkdir .gate
cp "$T/allowed_signers" .gate/allowed_signers
cat >gate.toml <<'POLICY'
schema = 1
[[tag]]
match = ["v*"]
allow = ["create"]
name = '^v[0-9]+$'
signed = "merge"
allowed_signers = ".gate/allowed_signers"
bypass = ["lead@example.org"]
files.deny = ["*.pem"]
POLICY
git add -A
git commit -q -m "A policy"
git push -q -u origin master
git remote set-head origin master
git tag -s -m "Signed" v1
git tag other
expect_exit 0 gate audit
expect_text "1 tag judged, none against a rule"
expect_text "v0"
git tag v2
git tag -s -m "Its name" v2x
git switch -q -c aside
git rm -q gate.toml
commit key.pem secret "A key"
git tag -s -m "What no branch has" v3
expect_exit 1 gate audit
expect_text "4 tags judged, 3 against a rule"
expect_text "refs/tags/v2"
expect_text "is no annotated tag"
expect_text "v2x does not match"
expect_text "key.pem"
expect_exit 1 gate audit v2
expect_no_text "key.pem"
expect_exit 0 gate audit refs/tags/v1
expect_exit 0 gate audit master
expect_no_text "tag"
expect_exit 2 gate audit v9
expect_exit 1 gate audit --format json
grep -q '"ref": "refs/tags/v2"' "$out" || fail "no tag in the document"
