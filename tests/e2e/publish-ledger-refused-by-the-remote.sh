#!/bin/sh
# A remote that does not take refs of gate's: the commit's tag goes out, the branch tag stays where it is, and that is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
mkdir -p "$T/remote.git/hooks"
cat >"$T/remote.git/hooks/update" <<'HOOK'
#!/bin/sh
case $1 in refs/heads/* | refs/tags/*) ;; *) echo "refs like $1 are not for you" >&2; exit 1 ;; esac
HOOK
chmod +x "$T/remote.git/hooks/update"
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate publish
expect_text "published to $REGISTRY/app"
expect_text "staging was left"
expect_text "refs/gate/published/"
expect_same "tags" "$commit" "$(registry_tags app)"
expect_same "refs of the ledger" 0 "$(ledger_refs | wc -l)"
expect_exit 0 gate publish --list
expect_text "are not for you"
expect_plain "$out"
# A remote that takes them again serves the next publication.
rm "$T/remote.git/hooks/update"
merge_into_staging_unseen "still more"
smuggle origin staging
expect_exit 0 gate publish
expect_same "the branch tag" "$(registry_digest app "$commit")" "$(registry_digest app staging)"
