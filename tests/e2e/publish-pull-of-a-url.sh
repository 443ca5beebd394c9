#!/bin/sh
# What git pull fast-forwards the branch to is somebody else's, though no tracking ref has it; what it merges, and another branch that
# it fast-forwards to, are one's own.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
before=$(oid staging)
git clone -q "$T/remote.git" "$T/colleague"
cd "$T/colleague"
git switch -q staging
git commit -q --allow-empty -m "Theirs"
git switch -q -c release
cd "$T/repo"
git switch -q staging
for way in "pull $T/colleague staging" "pull --ff-only $T/colleague refs/heads/staging" "pull $T/colleague"; do
    git reset -q --hard "$before"
    # shellcheck disable=SC2086 # words
    expect_exit 0 git $way
    expect_same "HEAD" "$(git -C "$T/colleague" rev-parse staging)" "$(oid HEAD)"
    expect_no_text "gate: "
done
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
git reset -q --hard "$before"
git switch -q development
commit file more "More"
smuggle origin development
git switch -q staging
expect_exit 0 git pull origin development
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid development)" "$(registry_tags app)"
# A merge by git pull.
smuggle origin staging
git switch -q development
commit file "and more" "And more"
smuggle origin development
git switch -q staging
expect_exit 0 git pull --no-rebase --no-ff --no-edit origin development
expect_text "published to $REGISTRY/app"
