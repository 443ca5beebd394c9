#!/bin/sh
# On Travis CI, TRAVIS_BRANCH of a pull request is its target: its job publishes nothing, where the tutorials' script would.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

new_repo_with_publishing
REGISTRY=127.0.0.1:1 # nobody is to ask it
commit file more "More"
smuggle origin development
git switch -q --detach origin/staging
git merge -q --no-ff -m "Merge $(oid development) into $(oid origin/staging)" development
TRAVIS=true CI=true TRAVIS_EVENT_TYPE=pull_request TRAVIS_PULL_REQUEST=7 TRAVIS_PULL_REQUEST_BRANCH=development
TRAVIS_BRANCH=staging TRAVIS_COMMIT=$(oid HEAD) TRAVIS_COMMIT_RANGE=$(oid HEAD~1)...$(oid HEAD)
export TRAVIS CI TRAVIS_EVENT_TYPE TRAVIS_PULL_REQUEST TRAVIS_PULL_REQUEST_BRANCH TRAVIS_BRANCH TRAVIS_COMMIT TRAVIS_COMMIT_RANGE
expect_exit 0 gate publish
expect_text "never a pull request"
# Each sign of a pull request is one, whatever the other says.
TRAVIS_EVENT_TYPE=push expect_exit 0 gate publish
expect_text "never a pull request"
TRAVIS_PULL_REQUEST=false expect_exit 0 gate publish
expect_text "never a pull request"
unset TRAVIS_PULL_REQUEST
TRAVIS_EVENT_TYPE=push expect_exit 0 gate publish
expect_text "never a pull request"
TRAVIS_PULL_REQUEST=false TRAVIS_EVENT_TYPE=cron expect_exit 2 gate publish
expect_exit 2 env -u TRAVIS TRAVIS_PULL_REQUEST=7 gate publish --branch staging
expect_text "pull request"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
