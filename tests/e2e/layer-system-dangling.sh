#!/bin/sh
# A policy of the machine that is a link to nowhere is not the same as none: nothing is let through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

needs_own_mounts
new_repo
commit two two "Two"
echo 'schema = 1' >"$T/system.toml"
with_system_policy "$T/system.toml" true
expect_dangling() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    expect_exit 1 unshare -m sh -ec 'mount --bind "$0" /etc; exec "$@"' "$T/etc" git push origin master:feature
    expect_text "/etc/gate/policy.toml"
    expect_text "leads nowhere"
    expect_same "feature on the remote" none "$(remote_tip feature)"
}
ln -sf nowhere.toml "$T/etc/gate/policy.toml"
expect_dangling
rm -r "$T/etc/gate"
ln -s nowhere "$T/etc/gate"
expect_dangling
rm "$T/etc/gate"
# shellcheck disable=SC2016 # expanded by the inner shell
expect_exit 0 unshare -m sh -ec 'mount --bind "$0" /etc; exec "$@"' "$T/etc" git push origin master:feature
