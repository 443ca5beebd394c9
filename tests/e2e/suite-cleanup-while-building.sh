#!/bin/sh
# An interrupt in the middle of a build leaves neither its container nor images without a name.
# shellcheck source-path=SCRIPTDIR source=../support/lib-suite.sh
. "${0%/*}/../support/lib-suite.sh"

new_project
echo 'RUN echo one >/one' >>api/Dockerfile
echo 'RUN hold' >>api/Dockerfile
save "A build that takes its time"
for signal in INT TERM; do
    start_suite run pipe
    wait_for_hold 1
    kill_suite "$signal" run
    finish_suite run
    expect_same "exit code after $signal" 130 "$status"
    nothing_is_left
    expect_nothing_left
done
