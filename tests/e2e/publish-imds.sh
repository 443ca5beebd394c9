#!/bin/sh
# Credentials of the machine's role (IMDSv2), a session's token first; a machine that has no role ends in a sentence, soon.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
unset AWS_EC2_METADATA_DISABLED
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
AWS_EC2_METADATA_SERVICE_ENDPOINT=http://$aws_stand/
export AWS_EC2_METADATA_SERVICE_ENDPOINT
expect_keys_taken ASIA
expect_requests 1 ecr "^PUT /latest/api/token"
AWS_EC2_METADATA_SERVICE_ENDPOINT=http://$aws_stand
expect_keys_taken ASIA
faults ecr 'GET /security-credentials 404'
began=$(date +%s)
expect_held_up "there is no login for $ecr_host"
faults ecr 'PUT /latest/api/token hang'
expect_not_yet
[ $(($(date +%s) - began)) -lt 20 ] || fail "that took long"
faults ecr
asked=$(requests ecr /latest/)
AWS_EC2_METADATA_DISABLED=true
export AWS_EC2_METADATA_DISABLED
expect_held_up "there is no login for $ecr_host"
expect_requests "$asked" ecr /latest/
expect_runs 0
