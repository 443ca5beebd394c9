#!/bin/sh
# No file from outside of the tree is read for a suite: env_file, extends, secrets, configs, the compose file itself.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

echo "SECRET=outside$$" >"$T/outside.env"
printf 'services:\n  base:\n    image: outside%s\n' $$ >"$T/outside.yml"
refused_file() { # text service-lines...
    text=$1
    shift
    the_services "  api:" "    build: ./api" "$@"
    [ -z "${below:-}" ] || printf '%s\n' "$below" >>docker-compose.yml
    save "$text"
    expect_refused 'outside'
    expect_text "$text"
    expect_no_text "outside$$"
}

new_project
ln -s ../outside.env api/link
refused_file "env_file" "    env_file: ../outside.env"
refused_file "env_file" "    env_file: [api/link]"
refused_file "extends.file" "    extends: {file: ../outside.yml, service: base}"
below='secrets: {key: {file: ../outside.env}}'
refused_file 'secrets "key": file' "    secrets: [key]"
below='configs: {key: {file: api/link}}'
refused_file 'configs "key": file' "    configs: [key]"
mv docker-compose.yml ../outside.yml
ln -s ../outside.yml docker-compose.yml
save "The compose file itself"
expect_refused "docker-compose.yml lies outside of the tree"
