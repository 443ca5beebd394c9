#!/bin/sh
# A Dockerfile that no longer builds publishes nothing, least of all the image that the Engine has from yesterday.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
commit file one "One"
git push -q origin development
git switch -q staging
git merge -q development
yesterday=$(oid HEAD)
gate push -q origin staging
git switch -q development
echo 'RUN false' >>Dockerfile
git commit -q -a -m "This does not build"
smuggle origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "not published"
expect_no_text "published to"
expect_same "tags" "$(printf '%s\n' "$yesterday" staging | sort)" "$(registry_tags app | sort)"
expect_same "the branch tag" "$(registry_digest app "$yesterday")" "$(registry_digest app staging)"
expect_exit 1 gate publish
expect_exit 1 gate push origin staging
expect_same "tags" "$(printf '%s\n' "$yesterday" staging | sort)" "$(registry_tags app | sort)"
