#!/bin/sh
# post-merge and post-commit hooks that were there before run as git would run them.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

plain_repo
mkdir -p .git/hooks
for hook in post-merge post-commit; do
    cat >".git/hooks/$hook" <<HOOK
#!/bin/sh
echo "$hook \$# \$1 \$MINE" >>"$T/ran"
HOOK
    chmod +x ".git/hooks/$hook"
done
gate install
MINE=1 git commit -q --allow-empty -m "Two"
git switch -q -c side HEAD~1
git switch -q master
MINE=2 git merge -q side
git switch -q side
MINE=3 git merge -q master
MINE=4 git merge -q --squash master
expect_same "calls" "post-commit 0  1,post-merge 1 0 3," "$(sed 's/ $//' "$T/ran" | tr '\n' ',')"
