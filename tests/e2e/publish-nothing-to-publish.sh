#!/bin/sh
# gate publish where there is nothing to publish says so, and why; so does --list.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo
expect_exit 0 gate publish
expect_text "nothing to publish: the policy has no [publish.NAME]"
expect_exit 0 gate publish --list
expect_text "nothing was published from here, and nothing is pending"
expect_exit 0 gate status
expect_no_text "publish "
cd ..
rm -rf repo remote.git
new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
expect_exit 0 gate publish
expect_text "nothing to publish: the policy publishes nothing from development, only from staging"
expect_exit 0 gate publish --list
expect_text "nothing was published from here, and nothing is pending"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "a database was made"
cd "$T"
expect_exit 3 gate publish
