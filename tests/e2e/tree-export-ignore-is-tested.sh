#!/bin/sh
# Attributes change what `git archive` writes, not what is tested: the tree, byte for byte.
# shellcheck disable=SC2016 # the shell in the container expands it
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
add_suite tests sh -c 'cat present && grep -q "[$]Format:%H[$]" present && grep -q "[$]Id[$]" present && [ $(wc -c <dos) = 6 ]'
printf '$Format:%%H$ $Id$\n' >present
printf 'a\nb\nc\n' >dos
printf 'present export-ignore export-subst ident\ndos text eol=crlf\n' >.gitattributes
git add -A
git commit -q -m "A suite"
smuggle origin master
expect_exit 0 git push origin HEAD:feature
