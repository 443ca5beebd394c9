#!/bin/sh
# What gate publish can not understand ends with 2 and with a sentence, and changes nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
expect_exit 2 gate publish --wrong
expect_exit 2 gate publish staging
expect_exit 2 gate publish --drop
expect_exit 2 gate publish --branch staging
expect_text "--branch is for CI"
expect_text "git switch staging && gate publish"
expect_exit 2 gate publish --again 7
expect_text "there is no publication 7"
expect_text "gate publish --list"
expect_exit 2 gate publish --drop seven
expect_text "there is no publication seven"
expect_exit 2 gate publish --again 1 --drop 1
expect_exit 2 gate publish --list --drop 1
expect_exit 0 gate publish --help
expect_text "--drop"
expect_exit 0 gate publish --list
expect_text "nothing was published from here, and nothing is pending"
