#!/bin/sh
# What is published is attested beside the image, once; gate verify and OpenSSH find the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-attested.sh
. "$support/lib-attested.sh"

start_registry
new_signer ci
new_attested_repo
sign_as ci
merge_into_staging more
expect_finished
digest=$(registry_digest app "$commit")

expect_exit 0 gate verify "$REGISTRY/app:staging"
expect_text "holds: suite tests passed on"
expect_text "ci@example.com (ci)"
expect_text "$(ssh-keygen -l -f "$T/keys/ci.pub" | cut -d ' ' -f 2)"
expect_plain "$out"
expect_exit 0 gate verify --image "$REGISTRY/app@$digest" --json
python3 - "$out" "$digest" "$commit" <<'CHECK' || fail "the JSON says something else"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["schema"] == "gate-verify-image/1" and said["holds"] and said["digest"] == sys.argv[2]
assert [(one["commit"], one["role"], one["ref"]) for one in said["vouched"]] == [(sys.argv[3], "ci", "refs/heads/staging")]
CHECK

# Past gate: the list, the manifest with its subject, the envelope, what was signed.
attached app "$digest"
expect_same "documents" 1 "$(grep -c . "$T/attached")"
"$support/envelope" payload "$T/attached" >"$T/statement"
python3 - "$T/statement" "$digest" "$commit" "$(oid "$commit^{tree}")" <<'CHECK' || fail "the statement says something else"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["subject"][0]["digest"] == {"sha256": sys.argv[2].removeprefix("sha256:")}
source = said["predicate"]["configuration"][0]
assert source["digest"]["gitCommit"] == sys.argv[3] and source["annotations"]["tree"] == sys.argv[4]
CHECK
"$support/envelope" pae "$T/attached" >"$T/pae"
"$support/envelope" signature "$T/attached" >"$T/signature"
ssh-keygen -Y verify -n verdict@gate -f "$T/signers" -I ci@example.com -s "$T/signature" <"$T/pae" || fail "OpenSSH does not agree"

# Whoever publishes again adds nothing.
expect_exit 0 gate publish
attached app "$digest"
expect_same "documents after another publish" 1 "$(grep -c . "$T/attached")"
