#!/bin/sh
# ECR Public: its own service and region, a login of its own, the whole way.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

own_world
start_ecr alias/app
own_engine
start_front_ public 10.99.0.5:443
REGISTRY=public.ecr.aws/alias
echo public.ecr.aws >"$servers/public.host"
new_repo_with_publishing
# The API knows repositories without an alias, the registry with it: one that neither knows is not there.
ecr_repositories alias/another
merge_into_staging more
expect_text "aws ecr-public create-repository --repository-name app --region us-east-1"
expect_pending "AWS ECR Public has no repository alias/app"
expect_runs 0
ecr_repositories alias/app
published_as=alias/app
expect_finished
grep -q "^AKIDEXAMPLE ecr-public GetAuthorizationToken$" "$servers/ecr.signers" || fail "signed as: $(cat "$servers/ecr.signers")"
expect_requests 1 public "^PUT /v2/alias/app/manifests/$commit"
# Another account's, which the API of one's own does not tell of.
ecr_repositories alias/another
merge_into_staging "still more"
expect_finished
