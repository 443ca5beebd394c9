#!/bin/sh
# CI trusts what the protected side runs. What is new against it is refused with the one flag that agrees, to exactly that.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
smuggle origin feature
sed -i 's/grep -q good/grep good/' gate.toml
git commit -q -a -m "Other words"
smuggle origin feature
git clone -q "$T/remote.git" "$T/job"
cd "$T/job"
git switch -q --detach origin/feature
CI=true
export CI
expect_exit 0 gate check --branch feature --from "$(oid HEAD~1)" --to "$(oid HEAD~1)"
expect_runs 1
expect_exit 3 gate check --branch feature --from "$(oid HEAD~1)"
expect_text "suite tests: runs sh -c"
expect_no_text "builds"
expect_runs 1
flag=$(sed -n 's/.*gate check \(--trust sha256:[0-9a-f]*\).*/\1/p' "$out")
[ -n "$flag" ] || fail "no flag was named"
expect_exit 3 gate check --branch feature --from "$(oid HEAD~1)" --trust "sha256:$(printf x | sha256sum | cut -d' ' -f1)"
expect_exit 2 gate check --branch feature --from "$(oid HEAD~1)" --trust "${flag#* sha256:}"
expect_runs 1
# shellcheck disable=SC2086 # two words
expect_exit 0 gate check --branch feature --from "$(oid HEAD~1)" $flag
expect_runs 2
[ ! -e "$HOME/.local/state/gate/trust" ] || expect_same "files" 1 "$(find "$HOME/.local/state/gate/trust" -type f | wc -l)"
