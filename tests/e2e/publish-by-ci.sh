#!/bin/sh
# by = "ci": a merge on a machine of a person publishes nothing, and gate publish says who does; a CI run publishes.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'by = "ci"'
commit file more "More"
git push -q origin development
git switch -q staging
before=$(oid HEAD)
expect_exit 0 git merge development
expect_no_text "gate: "
expect_exit 0 gate publish
expect_text "what staging publishes is published by CI (by = \"ci\")"
[ ! -e "$(gate_folder)/outbox.db" ] || fail "something was written down"
expect_exit 0 git push origin staging
git clone -q "$T/remote.git" "$T/job"
cd "$T/job"
git switch -q --detach origin/staging
printf '{"before": "%s", "ref": "refs/heads/staging"}' "$before" >"$T/event.json"
GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/staging GITHUB_SHA=$(oid HEAD) GITHUB_EVENT_PATH=$T/event.json
export GITHUB_ACTIONS GITHUB_EVENT_NAME GITHUB_REF GITHUB_SHA GITHUB_EVENT_PATH
expect_exit 0 gate publish
expect_same "tags" "$(printf '%s\n' "$(oid HEAD)" staging | sort)" "$(registry_tags app | sort)"
