#!/bin/sh
# A password in a URL is not repeated in what gate says.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
commit file two "Two"
echo "refs/heads/master $(oid HEAD) refs/heads/master $(oid HEAD~1)" >"$T/lines"
url=https://me:s3cret@example.invalid/x.git
# shellcheck disable=SC2016 # expanded by the inner shell
expect_exit 1 sh -c 'gate hook pre-push .git/hooks/pre-push "$1" "$1" <"$2"' sh "$url" "$T/lines"
expect_text direct-push
expect_no_text s3cret
