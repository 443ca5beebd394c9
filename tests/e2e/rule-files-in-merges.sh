#!/bin/sh
# What a merge itself brings in, and no parent of it has, is judged like what a commit brings; what a parent has is not.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-policy.sh
. "$support/lib-policy.sh"

new_repo_with_rules <<'RULES'
files.deny = ["*.pem"]
files.max_size = "1KiB"
files.secrets = true
RULES
branch_with feature two two "Two"
smuggle origin feature
merge_with() { # file
    git merge -q --no-ff --no-commit feature
    git add "$1"
    git commit -q -m "Merge feature"
}
echo key >key.pem
merge_with key.pem
refused denied-file origin master
start_over
head -c 2000 /dev/zero >zeros
merge_with zeros
refused file-size origin master
start_over
printf 'id = AKIA%s\n' "$(printf 'QR7WZ2 M3XK 5TVPLD' | tr -d ' ')" >settings
merge_with settings
refused secret origin master
start_over
branch_with old old.pem old "Past gate"
smuggle origin old
git merge -q --no-ff -m "Merge old" old
let_through origin master
