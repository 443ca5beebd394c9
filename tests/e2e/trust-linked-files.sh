#!/bin/sh
# A link in the place of a Dockerfile or a compose file is seen through: what was agreed to is the file that it leads to, not the whole tree.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
mkdir docker api
printf 'FROM gate-demo/busybox:1\n' >docker/tests.Dockerfile
ln -s docker/tests.Dockerfile Dockerfile
printf 'services:\n  api:\n    build: api\n    command: sleep 60\n' >docker/compose.yml
ln -s docker linked
ln -s linked/compose.yml docker-compose.yml
printf 'FROM gate-demo/busybox:1\n' >api/Dockerfile
printf '\n[suite.tests]\nbuild = "."\nrun = ["true"]\n' >>gate.toml
printf '\n[suite.api]\ncompose = "docker-compose.yml"\nservice = "api"\nrun = ["true"]\n' >>gate.toml
git add -A
git commit -q -m "Links"
smuggle origin master
git switch -q -c feature
smuggle -u origin feature
expect_exit 0 gate trust --show
expect_text "builds . by Dockerfile, which is docker/tests.Dockerfile (FROM gate-demo/busybox:1), sha256:"
expect_text "service api builds ./api by api/Dockerfile (FROM gate-demo/busybox:1), sha256:"
expect_text "service api command sleep 60"
expect_text "reads docker-compose.yml, which is docker/compose.yml"
expect_no_text "the whole tree"
expect_trusted() {
    git pull -q
    expect_exit 0 gate trust
    expect_text "was trusted before"
}
expect_asked() { # text
    git pull -q
    expect_exit 0 gate trust
    expect_text "$1"
    expect_no_text "was trusted before"
}
# Whatever else changes is no matter.
colleague_commits file "other words" "Other words"
expect_trusted
# What the links lead to is, and so are the links.
colleague_commits docker/tests.Dockerfile 'FROM gate-demo/busybox:1
RUN true' "Another image"
expect_asked "by Dockerfile, which is docker/tests.Dockerfile"
colleague_commits api/Dockerfile 'FROM gate-demo/busybox:1
RUN true' "Another image"
expect_asked "by api/Dockerfile"
colleague_commits docker/compose.yml 'services:
  api:
    build: api
    command: sleep 61' "Another command"
expect_asked "sleep 61"
colleague_commits other.Dockerfile 'FROM gate-demo/busybox:1
RUN false' "A third image"
expect_trusted
(
    cd "$T/colleague"
    ln -sf other.Dockerfile Dockerfile
    git -c user.email=colleague@example.com commit -q -a -m "Led there"
    git push -q origin feature
)
expect_asked "by Dockerfile, which is other.Dockerfile"
# One's own edits are not asked about, behind a link neither.
gate install >/dev/null
printf 'FROM gate-demo/busybox:1\nENV A=1\n' >other.Dockerfile
git commit -q -a -m "My own image"
expect_exit 0 gate trust
expect_text "was trusted before"
# Out of the tree and round in circles there is nothing to see.
ln -sf /etc/passwd Dockerfile
git commit -q -a -m "Out"
expect_exit 0 gate trust --show
expect_text "by Dockerfile, which is no plain file: the whole tree is"
ln -sf Dockerfile Dockerfile
git commit -q -a -m "Round"
expect_exit 0 gate trust --show
expect_text "by Dockerfile, which is no plain file: the whole tree is"
