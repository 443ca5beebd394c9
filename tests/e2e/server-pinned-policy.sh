#!/bin/sh
# gate policy fetch in a repository that receives brings what its branches pin, so that its hook finds it.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

git init -q --initial-branch=main "$T/policies"
cd "$T/policies"
commit team.toml 'schema = 1
[[branch]]
match = ["master"]
commits.subject_max = 20' "Rules"
pin="extends = [{ git = \"$T/policies\", rev = \"$(oid HEAD)\", path = \"team.toml\", sha256 = \"$(sha256sum team.toml | cut -d ' ' -f 1)\" }]"
new_server_with_policy <<POLICY
schema = 1
$pin
POLICY
cd "$T/repo"
rm -rf "$HOME/.cache/gate/policies"
commit file two "Two"
expect_exit 1 git push --no-verify origin master
expect_text "gate policy fetch"
(cd "$T/remote.git" && expect_exit 0 gate policy fetch && expect_text "fetched")
expect_exit 0 git push --no-verify origin master
commit file three "A subject of which there is too much"
expect_exit 1 git push --no-verify origin master
expect_text "subject-length"
cd "$T/remote.git"
expect_exit 0 gate policy fetch
expect_text "is here already"
rm -rf "$HOME/.cache/gate/policies"
expect_exit 0 gate policy fetch master
expect_text "fetched"
expect_exit 0 gate policy fetch master~1
expect_text "is here already"
expect_exit 2 gate policy fetch nowhere
