#!/bin/sh
# A compose file, a service or a Dockerfile that the tree does not have is named, with what was perhaps meant.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_suite 'compose = "docker-compose.yaml"' 'service = "api"'
save "Another name"
run_suite pipe
expect_red "a file that is not there"
expect_text "the tree has no docker-compose.yaml"
the_suite 'compose = "docker-compose.yml"' 'service = "apo"'
save "Another service"
run_suite pipe
expect_red "a service that is not there"
expect_text 'docker-compose.yml has no service "apo"'
expect_text 'did you mean "api"?'
the_suite 'build = "web"'
save "Another folder"
run_suite pipe
expect_red "a folder that is not there"
expect_text "the tree has no web/Dockerfile"
the_suite 'compose = "docker-compose.yml"' 'service = "api"'
printf 'services:\n  api: [\n' >docker-compose.yml
save "No YAML"
run_suite pipe
expect_red "a file that is no YAML"
expect_text "docker-compose.yml"
nothing_is_left
