#!/bin/sh
# Names with blanks, newlines, quotes, bytes that are no UTF-8, and of full length arrive in the container.
# shellcheck disable=SC2016 # the shell in the container expands it
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c '[ "$(find odd -type f | tr -dc x | wc -c)" = 255 ] && cat odd/*line odd/*blank* odd/*utf*'
mkdir odd
printf 'a\n' >"$(printf 'odd/new\nline')"
printf 'b\n' >'odd/ blank "quote" $dollar \ '
printf 'c\n' >"$(printf 'odd/\377utf')"
printf 'd\n' >"odd/$(printf 'x%.0s' $(seq 255))"
git add -A
git commit -q -m "A suite"
smuggle origin master
expect_exit 0 git push origin HEAD:feature
