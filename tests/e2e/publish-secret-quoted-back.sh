#!/bin/sh
# A registry, or a proxy before it, that quotes the login it was shown: neither what gate says nor its outbox has it, in any form.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

password="canary:pass/word+$mark"
ecr_session_token="canary/session+token==$mark"
start_ecr another
start_registry --auth "canary-user:$password"
start_proxy
docker_knows "$REGISTRY" "canary-user:$password"
new_repo_with_publishing
printf '%s\n' '' '[publish.ecr]' 'branch = "staging"' 'suite = "tests"' "to = \"$ecr_host/app\"" >>gate.toml
git commit -q -a -m "To ECR, too"
smuggle origin HEAD:master HEAD:development HEAD:staging
git fetch -q
git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
merge_into_staging_unseen more
faults ecr 'POST . AccessDeniedException'
said=0
quoted_by() { # fake line
    faults "$1" "$2"
    : >"$servers/$1.quoted"
    expect_exit 3 gate publish
    [ -s "$servers/$1.quoted" ] || fail "nothing was quoted: $2"
    expect_text "bad credentials: "
    expect_text "***"
    said=$((said + 1))
    cp "$out" "$T/said.$said"
    gate publish --list >"$T/said.$said.list"
    expect_text "bad credentials: " "$T/said.$said.list"
}
# gate's own questions, then the Engine's, and gate's again once the image is there.
for line in 'GET /manifests/ quote' 'GET /manifests/ quote-400' 'GET /manifests/ quote-500' 'GET /manifests/ quote-text-502' \
    '* ^/v2/ quote-text-403' 'POST /uploads/ quote-403' 'POST /uploads/ quote-text-400' 'PUT /manifests/ quote-403'; do
    quoted_by proxy "$line"
done
faults proxy
for line in 'POST GetAuthorizationToken quote-InvalidSignatureException' 'POST DescribeRepositories quote-InvalidParameterException' \
    'POST GetAuthorizationToken quote-text-403'; do
    quoted_by ecr "$line"
    ! grep -E 'Signature=[0-9a-f]{64}' "$T/said.$said" || fail "a signature can be read"
done
faults ecr
expect_no_secret "$password" "$AWS_SECRET_ACCESS_KEY" "$ecr_session_token" "$ecr_password"
