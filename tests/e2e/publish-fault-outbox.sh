#!/bin/sh
# An outbox that can't be read is named, with the command that helps; it is never destroyed, and the merge stands.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-registry.sh
. "$support/lib-registry.sh"

start_registry
new_repo_with_publishing
merge_into_staging more
outbox=$(gate_folder)/outbox.db
expect_untouched() { # text
    before=$(sha256sum <"$outbox")
    for command in "gate publish" "gate publish --list" "gate status"; do
        # shellcheck disable=SC2086 # words
        expect_exit 3 $command
        expect_text "outbox.db"
        expect_text "$1"
    done
    git switch -q development
    commit file "$1" "More"
    smuggle origin development
    git switch -q staging
    expect_exit 0 git merge -q development
    expect_text "$1"
    expect_text "the merge stands"
    expect_same "the outbox" "$before" "$(sha256sum <"$outbox")"
}
cp "$outbox" "$T/good.db"

printf 'this is no database, but it is long enough to be taken for one: %0512d\n' 0 >"$outbox"
expect_untouched "file is not a database"
head -c 6000 "$T/good.db" >"$outbox"
expect_untouched "move it away"
cp "$T/good.db" "$outbox"
python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute("PRAGMA user_version = 99"); c.commit()' "$outbox"
expect_untouched "was written by a newer gate"

mv "$outbox" "$outbox.damaged"
commit=$(oid HEAD)
expect_finished
