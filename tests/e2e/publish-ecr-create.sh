#!/bin/sh
# create = true: a repository of AWS ECR that is not there is made, scanning on push, with its commit tags immutable and the
# branch's tag movable; once.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr another
own_engine
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' 'create = true'
merge_into_staging more
expect_text "published to $ecr_host/app"
expect_finished
merge_into_staging "still more"
expect_finished
expect_same "repositories made" 1 "$(wc -l <"$servers/ecr.created")"
python3 - "$servers/ecr.created" <<'PYTHON'
import json, sys
asked = json.load(open(sys.argv[1]))
assert asked["repositoryName"] == "app", asked
assert asked["imageScanningConfiguration"] == {"scanOnPush": True}, asked
assert asked["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION", asked
assert asked["imageTagMutabilityExclusionFilters"] == [{"filterType": "WILDCARD", "filter": "staging"}], asked
PYTHON
