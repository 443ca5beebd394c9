#!/bin/sh
# gate policy update moves a pin, writes nothing but rev and sha256, and shows what that loosens and tightens.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

git init -q --initial-branch=main "$T/policies"
cd "$T/policies"
rules() { # subject_max
    printf 'schema = 1\n[[branch]]\nmatch = ["master"]\ncommits.subject_max = %s\n' "$1"
}
commit team.toml "$(rules 20)" "Twenty"
rev=$(oid HEAD)
sum=$(sha256sum team.toml | cut -d ' ' -f 1)
commit team.toml "$(rules 200)" "Two hundred"
new_repo
cat >gate.toml <<POLICY
# A remark that stays.
schema = 1
extends = [{ git = "$T/policies", rev = "$rev", path = "team.toml", sha256 = "$sum" }]   # and this one
POLICY
cp gate.toml "$T/before"
expect_exit 0 gate policy fetch
expect_exit 0 gate policy update --dry-run
expect_text "20 → 200"
expect_text "loosens"
expect_same "gate.toml" "$(cat "$T/before")" "$(cat gate.toml)"
expect_exit 0 gate policy update
expect_text "loosens"
new_rev=$(git -C "$T/policies" rev-parse HEAD)
new_sum=$(sha256sum "$T/policies/team.toml" | cut -d ' ' -f 1)
expect_same "gate.toml" "$(sed "s/$rev/$new_rev/; s/$sum/$new_sum/" "$T/before")" "$(cat gate.toml)"
expect_exit 0 gate policy update --to "$rev"
expect_text "tightens"
expect_same "gate.toml" "$(cat "$T/before")" "$(cat gate.toml)"
expect_exit 0 gate policy update --to "$rev"
expect_exit 3 gate policy update --to nothing
expect_text "has no branch or tag nothing"
expect_exit 2 gate policy update other.toml
expect_same "gate.toml" "$(cat "$T/before")" "$(cat gate.toml)"
