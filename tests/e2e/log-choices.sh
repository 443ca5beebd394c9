#!/bin/sh
# gate log shows as many runs as are asked for, of one suite if that is named; what makes no sense is refused. --json says it for programs.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

field() { # python expression over `log`
    python3 -c "import json, sys; log = json.load(sys.stdin); print($1)" <"$out"
}

new_project
the_image
the_suite "image = \"$image\"" 'run = ["true"]'
printf '%s\n' '[suite.web]' "image = '$image'" 'run = ["false"]' >>gate.toml
save "Two suites"
expect_exit 0 gate log
expect_text "no suite was run here yet"
expect_exit 2 gate log 1
expect_exit 0 gate log --json
expect_same "runs" 0 "$(field 'len(log["runs"])')"
run_suite pipe
expect_red "a suite that fails"
run_suite pipe # what has passed is not run again
expect_exit 0 gate log
expect_same "lines" 4 "$(wc -l <"$out")"
expect_exit 0 gate log -n 1
expect_same "lines" 2 "$(wc -l <"$out")"
expect_exit 0 gate log --suite api
expect_same "lines" 2 "$(wc -l <"$out")"
expect_exit 0 gate log --suite none
expect_text "no run of suite none"
for wrong in 0 -1 x 1x ''; do
    expect_exit 2 gate log -n "$wrong"
done
expect_exit 2 gate log 1 -n 3
expect_exit 0 gate log --json
expect_same "schema" gate-log/1 "$(field 'log["schema"]')"
expect_same "newest" web "$(field 'log["runs"][0]["suite"]')"
expect_same "result" failed "$(field 'log["runs"][0]["result"]')"
expect_same "commit" "$(oid HEAD)" "$(field 'log["runs"][0]["commit"]')"
[ -s "$(field 'log["runs"][0]["logs"][0]["path"]')" ] || fail "the log is not where it is said to be"
run=$(field 'log["runs"][0]["run"]')
expect_exit 0 gate log --json "$run"
expect_same "run" "$run" "$(field 'log["runs"][0]["run"]')"
