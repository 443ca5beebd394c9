#!/bin/sh
# Hooks that were there run after gate's pass: same arguments, input, environment and folder, and with their own exit code.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source=../support/lib-server.sh
. "${0%/*}/../support/lib-server.sh"

new_repo
mkdir "$T/dump"
hook() {
    cat <<HOOK
#!/bin/sh
printf '%s\n' "\$0" "\$@" >"$T/dump/argv.$1"
pwd >"$T/dump/cwd.$1"
env | grep -v -e ^_= -e ^GIT_PUSH_CERT -e ^GIT_QUARANTINE_PATH -e ^GIT_OBJECT_DIRECTORY | sort >"$T/dump/env.$1"
cat >"$T/dump/stdin.$1"
grep -q refused "$T/dump/stdin.$1" && exit 9
exit 0
HOOK
}
hooks=$T/remote.git/hooks
mkdir -p "$hooks"
for name in pre-receive post-receive; do
    hook "$name" >"$hooks/$name"
    chmod +x "$hooks/$name"
done
git --git-dir "$T/remote.git" config receive.advertisePushOptions true
git switch -q -c feature
commit file two "Two"
push() { # names of two branches
    git push -q --no-verify -o a=b -o "c d" origin "HEAD:refs/heads/$1" "HEAD~1:refs/heads/$2"
}
push one two
mv "$T/dump" "$T/without"
git push -q --no-verify origin :one :two
rm -rf "$T/dump"
mkdir "$T/dump"
install_on_server
push one two
sed -i 's/\.before-gate$//' "$T/dump"/argv.*
diff -r "$T/without" "$T/dump"

expect_exit 1 git push -q --no-verify origin HEAD:refs/heads/refused
expect_same "refused by the kept hook" none "$(remote_tip refused)"
git switch -q master
commit file three "Three"
rm "$T/dump"/*
expect_exit 1 git push -q --no-verify origin master
[ ! -e "$T/dump/stdin.pre-receive" ] || fail "the kept hook ran though gate had refused"
