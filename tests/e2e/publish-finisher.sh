#!/bin/sh
# After a plain `git push`, the finisher moves the branch tag in the background.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

moved() {
    [ "$(registry_digest app staging)" = "$(registry_digest app "$(oid HEAD)")" ]
}

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 git push origin staging
expect_text "looks in the background whether the remote has it"
wait_until 30 moved || fail "the tag did not move: $(cat "$(gate_folder)"/logs/*finisher.log)"
list_says() {
    gate publish --list >"$T/list" && grep -q "$1" "$T/list"
}
wait_until 30 list_says '^#1  published  staging' || fail "$(cat "$T/list")"
[ ! -e "$(gate_folder)/pending" ] || fail "something is pending still"
git commit -q --allow-empty -m "Two"
smuggle origin staging:development
expect_exit 0 git push origin staging
expect_no_text "in the background"
expect_runs 1
