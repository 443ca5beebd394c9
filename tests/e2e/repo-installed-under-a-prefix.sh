#!/bin/sh
# What cmake --install puts under a prefix, with a space in its name, works from there: hooks, and the part that runs containers.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

build=$(dirname "$GATE")/..
[ -e "$build/cmake_install.cmake" ] || skip "$GATE does not lie in a build folder"
cmake --install "$build" --prefix "$T/some prefix" >"$out"
[ -f "$T/some prefix/share/doc/gate/README.md" ] || fail "the README was not installed"
new_repo_with_suite
"$T/some prefix/bin/gate" install >"$out"
git switch -q -c feature
commit file two "Two"
expect_exit 0 git push origin feature
expect_text "suite tests passed in"
grep -qF "$T/some prefix/bin/gate" .git/hooks/pre-push || fail "the hook calls another gate"
