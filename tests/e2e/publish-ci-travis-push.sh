#!/bin/sh
# On Travis CI the job of a push publishes, from a detached HEAD and however shallow the clone, as far as it can be judged.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
before=$(oid staging)
commit file more "More"
smuggle origin development
smuggle origin development:staging
git clone -q --branch staging "$T/remote.git" "$T/job"
cd "$T/job"
git checkout -q --detach
TRAVIS=true CI=true TRAVIS_EVENT_TYPE=push TRAVIS_PULL_REQUEST=false TRAVIS_BRANCH=staging TRAVIS_COMMIT=$(oid HEAD)
TRAVIS_COMMIT_RANGE=$(git rev-parse --short=12 "$before")...$(git rev-parse --short=12 HEAD)
export TRAVIS CI TRAVIS_EVENT_TYPE TRAVIS_PULL_REQUEST TRAVIS_BRANCH TRAVIS_COMMIT TRAVIS_COMMIT_RANGE
expect_exit 0 sh -c 'gate check && gate publish'
expect_text "published to $REGISTRY/app"
expect_text "the tag staging moved to it"
expect_same "tags" "$(printf '%s\n' "$TRAVIS_COMMIT" staging | sort)" "$(registry_tags app | sort)"
expect_runs 1
TRAVIS_BRANCH=v1 TRAVIS_TAG=v1
export TRAVIS_TAG
expect_exit 0 gate publish
expect_text "nothing to publish"
