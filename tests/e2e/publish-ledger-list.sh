#!/bin/sh
# What was published, when, by whom, from which tree: gate publish --list tells it in any clone, and nothing secret or of the machine is in
# the ledger.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging_unseen more
smuggle origin staging
expect_exit 0 gate publish
git clone -q "$T/remote.git" "$T/second"
cd "$T/second"
expect_exit 0 gate publish --list
expect_text "$REGISTRY/app"
expect_text "$(registry_digest app "$commit")"
expect_text "C O Mitter <committer@example.com>"
expect_text "$(git rev-parse --short=8 "$commit")"
expect_text "staging"
expect_text "$(date -u +%Y-)"
expect_plain "$out"
ledger_text "$T/remote.git" >"$T/ledger"
expect_text "$commit" "$T/ledger"
expect_text "$(git rev-parse "$commit^{tree}")" "$T/ledger"
expect_no_text "$T" "$T/ledger"
expect_no_text "$(uname -n)" "$T/ledger"
# A ref that is hostile, or no ledger at all, is not what it says.
cd "$T/repo"
ref=$(ledger_refs)
evil=$(printf 'evil\033[31m\n\n{"record": "\033]0;x\007", "digest": 7}' | git commit-tree "$(git hash-object -t tree /dev/null -w)")
smuggle origin "+$evil:$ref" "+staging:refs/gate/published/ffffffffffffffffffffffffffffffff"
cd "$T/second"
gate publish --list >"$out" 2>&1 || :
cat "$out"
expect_plain "$out"
# Without the remote what is known here is told still.
cd "$T/repo"
mv "$T/remote.git" "$T/away.git"
expect_exit 0 gate publish --list
expect_text "digest    $(registry_digest app "$commit")"
