#!/bin/sh
# extends: a file of another repository at a commit. gate policy fetch brings it, hooks never do, and without it nothing is let through.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

git init -q --initial-branch=main "$T/policies"
cd "$T/policies"
commit team.toml 'schema = 1
[[branch]]
match = ["master"]
commits.subject_max = 20' "Rules"
rev=$(oid HEAD)
sum=$(sha256sum team.toml | cut -d ' ' -f 1)
new_repo_with_policy <<POLICY
schema = 1
extends = [{ git = "$T/policies", rev = "$rev", path = "team.toml", sha256 = "$sum" }]
POLICY
commit two two "Two"
expect_exit 1 git push origin master
expect_text "is not on this machine yet"
expect_text "gate policy fetch"
judge 3 "refs/heads/master $(oid HEAD) refs/heads/master $(oid HEAD~1)"
expect_exit 0 gate policy fetch
expect_text "fetched"
mv "$T/policies" "$T/away"
let_through origin master
commit three three "A subject of which there is too much"
refused subject-length origin master
expect_text "team.toml:4:"
expect_exit 0 gate policy fetch
expect_text "is here already"
# What is kept is known by its content.
for file in "$HOME"/.cache/gate/policies/*; do
    chmod u+w "$file"
    echo "# edited" >>"$file"
done
git commit -q --amend -m "Three"
expect_exit 1 git push origin master
expect_text "is damaged"
expect_exit 3 gate policy fetch
mv "$T/away" "$T/policies"
expect_exit 0 gate policy fetch
let_through origin master
