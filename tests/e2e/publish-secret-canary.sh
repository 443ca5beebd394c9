#!/bin/sh
# Passwords, keys and a trigger's URL are nowhere to be read: not in what gate says, well or badly, not in its files, not
# in the arguments or the environment of a child.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
password="canary:pass/word+$mark" wrong=canary-wrong-$mark
ecr_session_token="canary/session+token==$mark"
start_ecr another
start_trigger
DEPLOY="curl -X POST $trigger_url"
export DEPLOY
start_registry --auth "canary-user:$password"
start_proxy
docker_knows "$REGISTRY" "canary-user:$password"
new_repo_with_publishing
printf '%s\n' '' '[publish.ecr]' 'branch = "staging"' 'suite = "tests"' "to = \"$ecr_host/app\"" 'tags = ["{branch}", "{commit}"]' \
    '' '[publish.hub]' 'branch = "staging"' 'trigger = { env = "DEPLOY" }' 'by = "local"' >>gate.toml
git commit -q -a -m "All that there is"
smuggle origin HEAD:master HEAD:development HEAD:staging
git switch -q staging
git -c core.hooksPath=/dev/null merge -q --ff-only development
git fetch -q

merge_into_staging_unseen more
watched 0 .git/hooks/post-merge 0
expect_text "published to $REGISTRY/app"
expect_text "aws ecr create-repository"
expect_exit 0 gate push origin staging # git has the user's environment
cp "$out" "$T/said.push"
expect_requests 1 trigger POST
watched 3 gate publish
watched 0 gate publish --list
watched 0 gate status

merge_into_staging_unseen "even more"
faults trigger 'POST / 404 1' 'POST / 307=http://127.0.0.1:1/trigger/ 1' 'POST / cut-answer'
for fault in 'GET /manifests/ 500' 'PUT /manifests/ 500' '* ^/v2/ 403' '* ^/v2/ garbage' '* ^/v2/ expired-text' 'GET /manifests/ cut'; do
    faults proxy "$fault"
    watched 3 gate publish
    expect_no_text "canary-user:canary"
done
faults proxy
for fault in AccessDeniedException ExpiredTokenException InvalidSignatureException garbage 503 cut-answer; do
    faults ecr "POST GetAuthorizationToken $fault"
    watched 3 gate publish
done
faults ecr
smuggle origin staging
for round in 404 307 cut-answer unknown; do
    watched 3 gate publish
    echo "$round"
done
docker_knows "$REGISTRY" "canary-user:$wrong"
merge_into_staging_unseen "more than that"
watched 3 gate publish
expect_text "docker login $REGISTRY"

# After a plain git push the finisher does it.
docker_knows "$REGISTRY" "canary-user:$password"
faults trigger
expect_exit 0 git push origin staging
tries=300
until gate publish --list | grep -q "published  staging $(git rev-parse --short=8 HEAD)  $REGISTRY"; do
    [ "$tries" -gt 0 ] || break
    tries=$((tries - 1))
    sleep 0.1
done
watched 0 gate publish --list

# Said by a helper, and by nobody else.
mkdir -p "$T/helpers"
# shellcheck disable=SC2016 # of the helper
printf '#!/bin/sh\nread -r login <%s\necho "$login"\n' "$T/docker/login" >"$T/helpers/docker-credential-canary"
chmod +x "$T/helpers/docker-credential-canary"
PATH=$T/helpers:$PATH
printf '{"ServerURL":"%s","Username":"canary-user","Secret":"%s"}\n' "$REGISTRY" "$password" >"$T/docker/login"
printf '{"credHelpers": {"%s": "canary"}}' "$REGISTRY" >"$T/docker/config.json"
merge_into_staging_unseen "most of all"
watched 3 gate publish
expect_text "published to $REGISTRY/app"
printf '{"Username":"canary-user","Secret":"%s"' "$password" >"$T/docker/login"
merge_into_staging_unseen "and one more"
watched 3 gate publish
expect_text "docker-credential-canary"

# That it would be found.
printf '%s\n' "$password" >"$T/secrets"
printf '%s' "canary-user:$password" | base64 -w 0 >"$T/found"
! "$support/secrets-in" "$T/secrets" "$T/found" >"$out" || fail "the search finds nothing"
# Helpers of ECR live on AWS' keys; what else there is, is none of their business.
! grep -h 'execve("[^"]*/docker-credential-canary' "$T"/trace.* | grep -E "canary-(source|trigger|wrong)|canary:pass" || fail "a helper was given a secret"
expect_no_secret "$password" "$wrong" "$AWS_SECRET_ACCESS_KEY" "$ecr_session_token" "$ecr_password" \
    "canary-source-$mark" "canary-trigger-$mark"
