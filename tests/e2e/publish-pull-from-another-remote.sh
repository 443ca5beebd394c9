#!/bin/sh
# Work in forks: the merge of somebody else is not one's own, whichever remote it is pulled from.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
before=$(oid staging)
git clone -q --bare "$T/remote.git" "$T/upstream.git"
git remote add upstream "$T/upstream.git"
commit file more "More"
smuggle origin development
git clone -q "$T/upstream.git" "$T/colleague"
cd "$T/colleague"
git fetch -q "$T/repo" development
git switch -q staging
git merge -q --no-ff -m "Theirs" FETCH_HEAD
git push -q origin staging
theirs=$(oid HEAD)
cd "$T/repo"
git switch -q staging
for way in "pull upstream staging" "pull --rebase upstream staging" "merge upstream/staging"; do
    git reset -q --hard "$before"
    # shellcheck disable=SC2086 # words
    expect_exit 0 git $way
    expect_same "HEAD" "$theirs" "$(oid HEAD)"
    expect_no_text "gate: "
    git fetch -q upstream
done
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_same "tags" none "$(registry_digest app "$theirs")"
# Asked for, it is published.
smuggle origin staging
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
