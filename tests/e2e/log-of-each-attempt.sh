#!/bin/sh
# Each attempt has a log: of a flaky pass the one that failed is named, and gate log shows all of them.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
the_image
the_suite "image = \"$image\"" 'retries = 2' 'caches = ["/c"]' "run = ['sh', '-c', 'echo x >>/c/n; echo this is \$(wc -l </c/n); test \$(wc -l </c/n) -ge 3']"
save "A flaky suite"
run_suite pipe
expect_green "a flaky pass"
expect_text "passed on attempt 3 of 3"
log=$(sed -n 's/^      log of attempt 1, which failed: //p' "$out")
grep -qx 'this is 1' "$log" || fail "that is not the log of the first attempt"
expect_exit 0 gate log 1
for attempt in 1 2 3; do
    expect_text "log of attempt $attempt: "
    expect_text "this is $attempt"
done
nothing_is_left
