#!/bin/sh
# A folder on the way to a Dockerfile that is a link hides nothing: a change of what lies behind it is asked about, if it is not one's own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
mkdir real
printf 'FROM gate-demo/busybox:1\n' >real/Dockerfile
ln -s real linked
printf '\n[suite.tests]\nbuild = "linked"\nrun = ["true"]\n' >>gate.toml
git add -A
git commit -q -m "A link"
smuggle origin master
git switch -q -c feature
smuggle -u origin feature
expect_exit 0 gate trust --show
expect_text "linked/Dockerfile, which is real/Dockerfile (FROM gate-demo/busybox:1), sha256:"
expect_exit 0 gate check
colleague_commits real/Dockerfile 'FROM gate-demo/busybox:1
RUN true' "Another image, behind the link"
git pull -q
expect_exit 3 gate check
expect_text "linked/Dockerfile, which is real/Dockerfile (FROM gate-demo/busybox:1), sha256:"
