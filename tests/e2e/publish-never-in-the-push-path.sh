#!/bin/sh
# The hook of a push that has passed before has nothing to do with publishing: it opens no file with a login, asks nobody on the network,
# starts no program but git, and loads no library for it (where gate is built in two parts).
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

command -v strace >/dev/null || skip "strace is not installed"
ASAN_OPTIONS=detect_leaks=0 # it can't look for them under strace
export ASAN_OPTIONS
start_ecr app
REGISTRY=$ecr_host
new_repo_with_publishing 'branch = "staging"' 'suite = "tests"' 'to = "{env:REGISTRY}/app"' 'tags = ["{branch}", "{commit}"]' \
    'after = { webhook = { env = "DEPLOY_HOOK" } }'
mkdir -p "$HOME/.docker"
echo '{}' >"$HOME/.docker/config.json"
aws_file config '[default]' "credential_process = touch $T/trapped"
aws_file credentials '[default]' 'aws_access_key_id = x'
git switch -q -c feature development
commit file more "More"
expect_exit 0 gate check
expect_exit 0 strace -f -qq -e trace=open,openat,connect,execve,sendto -e signal=none -o "$T/trace" -- git push origin feature
expect_runs 1
for path in "$HOME/.aws" config.json outbox.db docker.sock resolv.conf; do
    ! grep -F "$path" "$T/trace" || fail "$path was looked at"
done
! grep -E 'sa_family=AF_INET' "$T/trace" || fail "somebody was asked"
! grep -E 'execve\("[^"]*/(docker|aws|docker-credential[^"]*)"' "$T/trace" || fail "that has nothing to do with a push"
[ ! -e "$servers/ecr.requests" ] || fail "AWS was asked"
if [ -d "${GATE%/bin/gate}/libexec/gate" ]; then
    ! grep -E 'lib(curl|sqlite3|yaml-cpp)' "$T/trace" | grep -v ENOENT || fail "a library for publishing was loaded"
fi
