#!/bin/sh
# Smudge filters and hooks that the repository's settings name run nothing on this machine when a tree is written.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'cat verdict; grep -q good verdict'
printf 'good\n' >verdict
echo 'verdict filter=mine' >.gitattributes
git add -A
git commit -q -m "A suite"
git config filter.mine.smudge "touch $T/smudged; sed s/good/bad/"
git config filter.mine.process "touch $T/smudged"
git config core.fsmonitor "touch $T/smudged"
printf '#!/bin/sh\ntouch "%s"\n' "$T/smudged" >.git/hooks/post-checkout
chmod +x .git/hooks/post-checkout
expect_exit 0 git push --force origin HEAD:refs/heads/feature
[ ! -e "$T/smudged" ] || fail "something of the repository's settings ran"
