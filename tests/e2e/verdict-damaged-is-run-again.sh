#!/bin/sh
# A verdict file that is damaged, empty or of another tree counts for nothing.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo_with_suite
git switch -q -c feature
expect_exit 0 git push origin feature
file=$(find .git/gate/verdicts -name '*.json')
cp "$file" "$T/good"
another=0123456789012345678901234567890123456789
for damage in empty cut other-tree; do
    case $damage in
    empty) : >"$file" ;;
    cut) head -c 100 "$T/good" >"$file" ;;
    other-tree) sed "s/$(oid 'HEAD^{tree}')/$another/g" "$T/good" >"$file" ;;
    esac
    git commit -q --allow-empty -m "The same tree"
    runs=$(runs_of)
    expect_exit 0 git push origin feature
    expect_runs $((runs + 1))
done
