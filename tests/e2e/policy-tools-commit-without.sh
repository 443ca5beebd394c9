#!/bin/sh
# A commit that has no gate.toml is said to have none, by whatever asks for its policy.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

plain_repo
default_policy >gate.toml
expect_exit 2 gate policy diff
expect_no_text "Sanitizer"
expect_text "gate.toml"
expect_exit 2 gate policy explain master --at HEAD
expect_no_text "Sanitizer"
expect_text "gate.toml"
