#!/bin/sh
# Files that extend each other in a circle, or too deep, end with a sentence.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
printf 'schema = 1\nextends = ["a.toml"]\n' >gate.toml
printf 'schema = 1\nextends = ["b.toml"]\n' >a.toml
printf 'schema = 1\nextends = ["a.toml"]\n' >b.toml
expect_exit 0 timeout 30 gate policy show
for i in 1 2 3 4 5 6 7 8 9 10; do
    printf 'schema = 1\nextends = ["l%s.toml"]\n' $((i + 1)) >l$i.toml
done
printf 'schema = 1\n' >l11.toml
printf 'schema = 1\nextends = ["l1.toml"]\n' >gate.toml
expect_exit 2 timeout 30 gate policy lint
expect_text "more than 8 deep"
printf 'schema = 1\nextends = ["../team.toml"]\n' >gate.toml
expect_exit 2 gate policy lint
expect_text "gate.toml:2:"
printf 'schema = 1\nextends = ["/etc/passwd"]\n' >gate.toml
expect_exit 2 gate policy lint
expect_text "gate.toml:2:"
