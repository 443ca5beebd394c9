#!/bin/sh
# Names and messages that would drive a terminal are shown harmless, and nothing in a pipe bears colours.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
esc=$(printf '\033')
new_repo_with_publishing
commit file more "Subject ${esc}[31m red ${esc}]0;title"
git push -q origin development
git switch -q staging
printf '%s\n' '#!/bin/sh' "printf '\\033[2J\\033]0;owned\\007no\\n'" 'exit 1' >"$T/remote.git/hooks-off"
git remote set-url origin "$T/remote.git"
expect_exit 0 git merge --no-ff -m "Merge ${esc}[2J" development
expect_text "published to"
expect_plain "$out"
for way in "publish --list" publish status; do
    # shellcheck disable=SC2086 # words
    expect_exit 0 gate $way
    expect_plain "$out"
done
mv "$T/remote.git" "$T/remote${esc}[31m.git"
git remote set-url origin "$T/remote${esc}[31m.git"
expect_exit 0 gate publish
expect_plain "$out"
# A registry's name comes from the environment.
git switch -q development
commit file still-more "Still more"
smuggle origin development
git switch -q staging
REGISTRY="host${esc}[31m" expect_exit 0 git merge development
expect_text "the merge stands"
grep "gate" "$out" >"$T/said"
expect_plain "$T/said"
REGISTRY="host${esc}[31m" expect_exit 2 gate publish
expect_plain "$out"
