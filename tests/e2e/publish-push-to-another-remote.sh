#!/bin/sh
# A push of the branch to another remote than the one that counts moves no tag.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

finisher_says() {
    grep -qF -e "$1" "$(gate_folder)"/logs/*finisher.log 2>/dev/null
}

start_registry
new_repo_with_publishing
new_remote "$T/backup.git"
git remote add backup "$T/backup.git"
commit file more "More"
git push -q origin development
smuggle backup master master:staging origin/development:refs/heads/development
git fetch -q backup
git switch -q staging
git merge -q development
expect_exit 0 git push backup staging
wait_until 30 finisher_says "the tag staging moves when origin has the commit" || fail "the finisher said nothing of it"
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate push backup staging
expect_same "the branch tag" none "$(registry_digest app staging)"
expect_exit 0 gate push origin staging
expect_same "the branch tag" "$(registry_digest app "$(oid HEAD)")" "$(registry_digest app staging)"
