#!/bin/sh
# A protected side whose policy needs a newer gate is not judged by an older policy, nor by none: nothing is let through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
printf 'schema = 1\nrequires = ">=99.1"\n' >gate.toml
git commit -q -a -m "For a newer gate"
smuggle origin master
git switch -q -c feature
default_policy >gate.toml
git commit -q -a -m "For this gate"
expect_exit 1 git push origin feature:master
expect_text "99.1"
expect_text "upgrade"
