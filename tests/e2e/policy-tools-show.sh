#!/bin/sh
# gate policy show: layers, blocks and the lines that say them; with --branch, what holds for one ref.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
printf 'schema = 1\nallow_override = ["files.max_size"]\n[[branch]]\nmatch = ["**"]\nfiles.max_size = "1MiB"\n' >team.toml
sed -i '2i extends = ["team.toml"]' gate.toml
expect_exit 0 gate policy show
expect_text "team.toml   lower ones may loosen: files.max_size"
expect_text "master   (gate.toml:5:1)"
expect_text '["merge"]   (gate.toml:7:9)'
expect_text "files.max_size"
expect_exit 0 gate policy show --branch staging --remote origin
expect_text "refs/heads/staging on origin"
expect_text '["development"]   (gate.toml:12:8)'
expect_text "(team.toml:5:18)"
expect_no_text "gate.toml:7:9"
expect_exit 0 gate policy show team.toml
expect_no_text "gate.toml"
expect_exit 2 gate policy show --remote origin
expect_text "--remote goes with --branch"
expect_exit 2 gate policy show --branch 'a b'
expect_exit 2 gate policy show nothing.toml
expect_plain "$out"
