#!/bin/sh
# A Dockerfile may lie outside of the folder that is built, as long as it is in the tree.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
mkdir docker
mv api/Dockerfile docker/test.Dockerfile
the_suite 'build = "api"' 'dockerfile = "docker/test.Dockerfile"'
save "A Dockerfile elsewhere"
run_suite pipe
expect_green "a good commit"
cp docker/test.Dockerfile "$T/Dockerfile"
git rm -q docker/test.Dockerfile
mkdir -p docker
ln -s "$T/Dockerfile" docker/test.Dockerfile
save "A link out of the tree"
run_suite pipe
expect_red "a Dockerfile that is not in the tree"
expect_text "docker/test.Dockerfile"
nothing_is_left
