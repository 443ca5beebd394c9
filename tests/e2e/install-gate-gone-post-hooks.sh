#!/bin/sh
# When gate has been removed, commits and merges go on with a notice, and hooks that were kept still run.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
for hook in post-merge post-commit; do
    printf '#!/bin/sh\necho "%s $*" >>"%s"\n' "$hook" "$T/ran" >".git/hooks/$hook"
    chmod +x ".git/hooks/$hook"
done
own_gate "$T/prog"
"$T/prog/bin/gate" install
rm -r "$T/prog"
git branch side
expect_exit 0 git commit --allow-empty -m "Two"
expect_text "is gone"
expect_text "gate install"
git switch -q side
expect_exit 0 git merge master
expect_text "is gone"
expect_same "what ran" "post-commit ,post-merge 0," "$(tr '\n' ',' <"$T/ran")"
