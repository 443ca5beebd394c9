#!/bin/sh
# A hook that was there before gets the arguments, standard input, environment and folder that git gave it without gate.
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"

new_repo
mkdir "$T/dump"
cat >"$T/hook" <<HOOK
#!/bin/sh
printf '%s\n' "\$@" >"$T/dump/argv"
pwd >"$T/dump/cwd"
env | grep -v -e ^_= | sort >"$T/dump/env"
cat >"$T/dump/stdin"
HOOK
chmod +x "$T/hook"
gate uninstall
mkdir sub
commit sub/file x "One"
git tag v1
smuggle origin HEAD:refs/heads/old

push_from_subfolder() {
    (cd sub && MINE="a  b" git -c core.abbrev=9 push -q --dry-run origin HEAD~1:refs/heads/a HEAD:refs/heads/b v1 :refs/heads/old)
}

cp "$T/hook" .git/hooks/pre-push
push_from_subfolder
mv "$T/dump" "$T/without"
mkdir "$T/dump"
gate install
push_from_subfolder
expect_same "lines" 4 "$(wc -l <"$T/without/stdin")"
diff -r "$T/without" "$T/dump"
