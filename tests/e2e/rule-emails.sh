#!/bin/sh
# commits.author_email and commits.committer_email: each is held against its own address.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
commits.author_email = '@example\.org$'
commits.committer_email = '^bot@'
RULES
by() { # author committer
    GIT_AUTHOR_EMAIL=$1 GIT_COMMITTER_EMAIL=$2 git commit -q --allow-empty -m "By $1, $2"
}
by me@example.org.evil.com bot@example.com
refused author-email origin master
expect_text "me@example.org.evil.com, does not match"
expect_no_text committer-email
start_over
by me@example.org me@example.org
refused committer-email origin master
expect_no_text author-email
start_over
by me@example.org bot@example.com
let_through origin master
