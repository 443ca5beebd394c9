#!/bin/sh
# The post-merge and post-commit that were there before run after what gate does, whatever became of it, and how they end changes
# nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
gate uninstall >/dev/null
for hook in post-merge post-commit; do
    printf '%s\n' '#!/bin/sh' "echo \"$hook \$*\" >>\"$T/ran\"" 'exit 7' >".git/hooks/$hook"
    chmod +x ".git/hooks/$hook"
done
gate install >/dev/null
[ -x .git/hooks/post-merge.before-gate ] || fail "the hook was not kept"
commit file "of development" "More"
git push -q origin development
git switch -q staging
expect_exit 0 git merge development
expect_text "published to $REGISTRY/app"
expect_same "tags" "$(oid HEAD)" "$(registry_tags app)"
commit file "of staging" "Mine"
git switch -q development
commit file "of development again" "More"
smuggle origin development
git switch -q staging
smuggle origin staging
expect_exit 1 git merge development
echo both >file
git add file
stop_registry TERM
expect_exit 0 git commit --no-edit
expect_text "not published"
git reset -q --hard HEAD~1
expect_exit 0 git merge -s ours --no-edit development
expect_text "not published"
expect_same "calls" "post-commit ,post-merge 0,post-commit ,post-commit ,post-commit ,post-merge 0," "$(tr '\n' ',' <"$T/ran")"
