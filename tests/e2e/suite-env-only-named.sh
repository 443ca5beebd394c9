#!/bin/sh
# A suite sees of the environment what the policy names, and nothing of git's, of gate's or of this machine's.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

GIT_SSH_COMMAND=ssh SESAME=sesame$$ GATE_CANARY=canary CANARY=canary
export GIT_SSH_COMMAND SESAME GATE_CANARY CANARY

new_project
the_image
the_tests 'env; echo "that is all"'
for source in 'compose = "docker-compose.yml"
service = "api"' 'build = "api"' "image = \"$image\"
workdir = \"/usr/src/app\"
run = [\"python\", \"api/manage.py\", \"test\"]"; do
    the_suite "$source" 'env = { CI = "1", TOKEN = "x-{env:SESAME}" }'
    save "Variables"
    rm -rf .git/gate/logs
    run_suite hook
    expect_green "a good commit"
    expect_logged "that is all"
    expect_logged CI=1
    expect_logged "TOKEN=x-$SESAME"
    for file in .git/gate/logs/*-api.log; do
        ! grep '^GIT_\|^GATE_\|canary\|^SESAME' "$file" || fail "that is nothing of a suite's"
        ! grep -F "$T" "$file" | grep '^[A-Z_]*=' || fail "that is this machine's"
    done
done
nothing_is_left
