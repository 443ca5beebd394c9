#!/bin/sh
# A submodule arrives at the commit that the tree names; one that is not here is named, with the command that fetches it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
git init -q --initial-branch=master "$T/part"
(cd "$T/part" && commit inside "from the part" "One")
add_suite tests sh -c 'cat part/inside && grep -q "from the part" part/inside'
git -c protocol.file.allow=always submodule --quiet add "$T/part" part
git add -A
git commit -q -m "A suite, and a part"
smuggle origin master
(cd part && git switch -q -c other && commit inside "not this" "Two")
expect_exit 0 git push origin HEAD:feature
git clone -q "$T/remote.git" "$T/fresh"
cd "$T/fresh"
gate install
expect_exit 1 git push origin HEAD:another
expect_text part
expect_text "git submodule update --init"
git -c protocol.file.allow=always submodule --quiet update --init
expect_exit 0 git push origin HEAD:another
