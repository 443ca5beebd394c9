#!/bin/sh
# A push that the remote refuses moves no tag: the finisher looks, and leaves it pending.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

finisher_says() {
    grep -qF -e "$1" "$(gate_folder)"/logs/*finisher.log 2>/dev/null
}

start_registry
new_repo_with_publishing
commit file more "More"
git push -q origin development
git switch -q staging
git merge -q development
mkdir -p "$T/remote.git/hooks"
printf '%s\n' '#!/bin/sh' 'echo "not today"' 'exit 1' >"$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
expect_exit 1 git push origin staging
expect_text "not today"
wait_until 30 finisher_says "the tag staging moves when origin has the commit" || fail "the finisher said nothing of it"
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate publish --list
expect_text "pushed, waits"
rm "$T/remote.git/hooks/pre-receive"
expect_exit 0 gate publish
expect_text "the tag staging moves when origin has the commit"
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate push origin staging
expect_text "the tag staging moved to it"
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
