#!/bin/sh
# What is power over the machine is let through when the protected side's policy allows that very thing, and not because the pushed commit says so.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

allowed() { # thing: the policy on the remote's master allows this
    git switch -q master
    printf '%s\n' 'schema = 1' '[suite.api]' 'compose = "docker-compose.yml"' 'service = "api"' 'run = ["true"]' "allow = [\"$1\"]" >gate.toml
    save "Allowed: $1"
    smuggle -u origin master
    git switch -q feature
}
wanted() { # line-of-the-service
    sed -i "s|^    build: ./api|&\n    $1|" docker-compose.yml
}

new_project
git switch -q --orphan master
git commit -q --allow-empty -m "Nothing yet"
smuggle -u origin master
git remote set-head origin master
git switch -q feature
cp docker-compose.yml "$T/plain.yml"

wanted 'privileged: true'
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'allow = ["privileged", "cap_add NET_ADMIN"]'
save "Privileged, by whoever wants it"
expect_refused privileged 'allow = ["privileged"]'
allowed "cap_add NET_ADMIN"
expect_refused privileged

cp "$T/plain.yml" docker-compose.yml
wanted 'cap_add: [NET_ADMIN]'
the_tests 'ip link add dummy-link type dummy || ip link set lo down && echo "the machine is mine"'
save "Another power"
run_suite pipe
expect_green "what the protected side allows"
expect_logged "the machine is mine"
nothing_is_left
the_suite 'compose = "docker-compose.yml"' 'service = "api"'
save "The commit itself does not want it"
expect_refused cap_add
allowed privileged
the_suite 'compose = "docker-compose.yml"' 'service = "api"' 'allow = ["cap_add NET_ADMIN"]'
save "It wants it again"
expect_refused cap_add
