#!/bin/sh
# gate log RUN shows what is known of a run and the whole log of each shard; a log that is gone is said. In a linked worktree it is the same.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
# shellcheck disable=SC2016 # the shell in the container expands it
the_suite "image = \"$image\"" 'shards = 2' "run = ['sh', '-c', 'seq 300; echo this is \$GATE_SHARD; cat api/verdict; grep -q good api/verdict']"
save "A suite of two shards"
run_suite pipe
expect_green "a good commit"
commit api/verdict bad "Bad"
run_suite pipe
expect_red "a bad commit"
commit=$(oid HEAD)
expect_exit 0 gate log 2
expect_text "run 2: suite api failed"
expect_text "$commit"
expect_text "$(oid "HEAD^{tree}")"
expect_text "log of shard 1"
expect_text "log of shard 2"
expect_text "this is 1"
expect_text "this is 2"
expect_same "first lines of both logs" 2 "$(grep -cx 1 "$out")"
git worktree add -q "$T/linked"
cd "$T/linked"
rm "$(gate_folder)"/logs/*-api-1-2.log
expect_exit 0 gate log 1
expect_text "run 1: suite api passed"
expect_text "this log is gone"
expect_text "this is 2"
expect_exit 0 gate log
expect_same "runs" 2 "$(grep -c " api " "$out")"
for none in 3 0 -1 1x nosuchrun; do
    expect_exit 2 gate log -- "$none"
done
