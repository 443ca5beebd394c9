#!/bin/sh
# Who is not root, but may use the Engine: what a container writes as root through a bind is removed all the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can become another user here"
socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
group=$(stat -c %g "${socket#unix://}")
new_project
mkdir data
echo here >data/keep
the_services "  api:" "    build: ./api" "    volumes: ['./data:/data']"
the_tests 'mkdir -m 700 -p /data/of/root; echo x >/data/of/root/file; chmod 700 /data/of'
save "Writes as root"
place=$(mktemp -d /tmp/gate-other.XXXXXX) # the folders above $T are closed to others
trap 'rm -rf "$place"; clean_up_' EXIT
chmod 755 "$place"
cp -r . "$place/app"
chown -R 65534 "$place"
cd "$place/app" || exit 1
other() { HOME=$place setpriv --reuid 65534 --regid "$group" --clear-groups "$@"; }
other test -x "$GATE" || skip "another user can't run $GATE"
other gate trust >/dev/null
expect_exit 0 other gate check --branch feature
expect_no_text "sudo rm"
expect_nothing_left
nothing_is_left
