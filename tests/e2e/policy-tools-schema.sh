#!/bin/sh
# gate policy schema: JSON that names every rule, the same as the one that lies beside the ready-made policies.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

expect_exit 0 gate policy schema
for key in first_parent linear name merge_content signed allowed_signers freeze enforcement bypass subject_max author_email committer_email \
    sign_off max_size deny owners secrets extends allow_override serial; do
    expect_text "\"$key\""
done
gate policy schema >schema.json
cmp schema.json "${support%/tests/support}/policies/gate.schema.json" || fail "policies/gate.schema.json is an older one"
if command -v python3 >/dev/null; then
    python3 -c 'import json; json.load(open("schema.json"))'
fi
expect_exit 2 gate policy schema more
