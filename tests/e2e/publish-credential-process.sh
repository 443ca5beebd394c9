#!/bin/sh
# A profile's credential_process is run without a shell's tricks, and only what it puts out counts; its failure is a sentence.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_ecr another
no_keys
REGISTRY=$ecr_host
new_repo_with_publishing
merge_into_staging_unseen more
echo "AKIAOFAPROCESS canary/of+process-$mark canary/session+of+process $ecr_account" >"$servers/ecr.keys"
cat >"$T/the process" <<PROCESS
#!/bin/sh
printf '%s|' "\$@" >>'$T/asked'
cat '$T/answer'
echo "its own words" >&2
exit "\$(cat '$T/status')"
PROCESS
chmod +x "$T/the process"
printf '{"Version": 1, "AccessKeyId": "AKIAOFAPROCESS", "SecretAccessKey": "canary/of+process-%s", "SessionToken": "canary/session+of+process",
    "Expiration": "2099-01-01T00:00:00Z"}\n' "$mark" >"$T/answer"
echo 0 >"$T/status"
aws_file config '[default]' "credential_process = \"$T/the process\" one \"two and a half\" ; \$(touch $T/by-a-shell)"
expect_keys_taken AKIAOFAPROCESS
grep -qF 'one|two and a half|' "$T/asked" || fail "its arguments were: $(cat "$T/asked")"
[ ! -e "$T/by-a-shell" ] || fail "a shell has read it"
expect_no_text "canary"
echo 3 >"$T/status"
expect_held_up "credential_process"
expect_no_text "canary"
echo 0 >"$T/status"
echo "canary-nonsense" >"$T/answer"
expect_held_up "credential_process"
expect_no_text "canary"
printf '{"Version": 2, "AccessKeyId": "AKIAOFAPROCESS", "SecretAccessKey": "canary/of+process-%s"}\n' "$mark" >"$T/answer"
expect_held_up "credential_process"
expect_no_text "canary"
expect_runs 0
