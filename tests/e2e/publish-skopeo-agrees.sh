#!/bin/sh
# skopeo, which knows nothing of gate, reads the digest that gate has told.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v skopeo >/dev/null || skip "skopeo is not installed"
start_registry
new_repo_with_publishing
merge_into_staging more
expect_finished
digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$REGISTRY/app:$commit")
expect_exit 0 gate publish --list
expect_text "digest    $digest"
expect_same "the branch tag" "$digest" "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$REGISTRY/app:staging")"
