#!/bin/sh
# A pin whose SHA-256, commit or file is not what is there is refused by gate policy fetch, and nothing is kept.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

git init -q --initial-branch=main "$T/policies"
cd "$T/policies"
commit team.toml 'schema = 1' "Rules"
rev=$(oid HEAD)
sum=$(sha256sum team.toml | cut -d ' ' -f 1)
new_repo
pin() { # rev path sha256
    printf 'schema = 1\nextends = [{ git = "%s", rev = "%s", path = "%s", sha256 = "%s" }]\n' "$T/policies" "$@" >gate.toml
}
pin "$rev" team.toml "$(printf '%064d' 0)"
expect_exit 3 gate policy fetch
expect_text "has the SHA-256 $sum, and the policy asks for 0000"
pin "$rev" nothing.toml "$sum"
expect_exit 3 gate policy fetch
expect_text "has no file nothing.toml"
pin "$(printf '%040d' 1)" team.toml "$sum"
expect_exit 3 gate policy fetch
pin main team.toml "$sum"
expect_exit 2 gate policy fetch
expect_text "gate.toml:2:"
[ ! -d "$HOME/.cache/gate/policies" ] || expect_same "files kept" 0 "$(find "$HOME/.cache/gate/policies" -type f | wc -l)"
pin "$rev" team.toml "$sum"
expect_exit 0 gate policy fetch
