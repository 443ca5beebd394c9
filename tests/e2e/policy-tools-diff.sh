#!/bin/sh
# gate policy diff: 1 if something is loosened, 0 if not, 2 if one of them is wrong; by what they mean, not by their texts.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo
expect_exit 0 gate policy diff
expect_text "the two policies mean the same"
sed -i 's/\["merge"\]/[ "merge", ]   # the same/' gate.toml
expect_exit 0 gate policy diff
expect_text "the two policies mean the same"
git checkout -q gate.toml
sed 's/\["merge"\]/["merge", "commit"]/' gate.toml >looser.toml
expect_exit 1 gate policy diff gate.toml looser.toml
expect_text '(loosens)'
expect_text 'allow  merge → commit and merge'
expect_exit 0 gate policy diff looser.toml gate.toml
expect_text '(tightens)'
expect_no_text '(loosens)'
# That a block is gone, and that one is off, loosens.
sed '/^match = \["master"\]/a enforcement = "off"' gate.toml >off.toml
expect_exit 1 gate policy diff gate.toml off.toml
printf 'schema = 1\n' >gone.toml
expect_exit 1 gate policy diff HEAD gone.toml
cp looser.toml gate.toml
git commit -q -a -m "Looser"
expect_exit 1 gate policy diff HEAD~1 HEAD
expect_exit 0 gate policy diff HEAD HEAD~1
echo 'schema = 2' >bad.toml
expect_exit 2 gate policy diff gate.toml bad.toml
expect_exit 2 gate policy diff gate.toml nothing
expect_text '"nothing" is no commit of this repository'
