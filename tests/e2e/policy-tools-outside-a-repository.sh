#!/bin/sh
# gate policy lint and test need no repository: what a file extends lies beside it, and what a repository alone can bring is said.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

mkdir -p plain/below
cd plain
{ echo 'schema = 1' && printf 'extends = ["team.toml", "gate:trunk"]\n'; } >gate.toml
printf 'schema = 1\n[[branch]]\nmatch = ["staging"]\nallow = ["merge"]\n' >team.toml
cat >gate.test.toml <<'TESTS'
[[test]]
name    = "nobody pushes straight to staging"
ref     = "staging"
update  = "commit"
refused = ["direct-push"]
TESTS
for file in gate.toml "" "$PWD/gate.toml"; do
    expect_exit 0 gate policy test ${file:+"$file"}
    expect_text "1 test, all passed"
    expect_exit 0 gate policy lint ${file:+"$file"}
    expect_exit 0 gate policy show ${file:+"$file"}
    expect_text "team.toml:2:"
done
cd below
expect_exit 0 gate policy test ../gate.toml
expect_exit 0 gate policy lint ../gate.toml
expect_exit 3 gate policy lint
expect_text "there is no git repository"
cd ..
printf 'schema = 1\nextends = [{ git = "https://example.org/p.git", rev = "%040d", path = "p.toml", sha256 = "%064d" }]\n' 1 1 >pin.toml
expect_exit 3 gate policy lint pin.toml
expect_text "p.toml of https://example.org/p.git is not on this machine yet"
expect_text "gate policy fetch, in a repository whose gate.toml extends it"
# From inside of a repository a file elsewhere is seen from where it lies; one that lies in it, from its top.
git init -q "$T/repo"
cd "$T/repo"
expect_exit 0 gate policy test ../plain/gate.toml
expect_exit 0 gate policy lint ../plain/gate.toml
mkdir policies
cp ../plain/gate.toml policies/own.toml
expect_exit 2 gate policy lint policies/own.toml
expect_text 'there is no file "team.toml"'
cp ../plain/team.toml .
expect_exit 0 gate policy lint policies/own.toml
expect_exit 3 gate policy lint ../plain/pin.toml
