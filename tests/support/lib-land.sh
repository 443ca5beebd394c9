# shellcheck shell=sh
# For tests that stand between gate and the git that it starts; to be sourced after lib.sh.

# Whatever starts git by its name starts this from here on.
wrap_git_() {
    [ ! -d "$T/wrapped" ] || return 0
    mkdir "$T/wrapped"
    cat >"$T/wrapped/git" <<WRAPPER
#!/bin/sh
[ -z "\${GATE_SIGNING_KEY+is set}" ] || echo "git \$*" >>"$T/told"
if [ "\$1" = push ] && [ -e "$T/before-push" ] && mv "$T/before-push" "$T/pushed" 2>/dev/null; then
    sh -eu "$T/pushed"
fi
exec "$(command -v git)" "\$@"
WRAPPER
    chmod +x "$T/wrapped/git"
    PATH=$T/wrapped:$PATH
}

# A command that runs once, at the last moment before git push begins; $T/pushed is there afterwards.
before_push() { # command
    wrap_git_
    printf '%s\n' "$1" >"$T/before-push"
}

# From here on it is seen which git and which hook is told where the key for verdicts lies.
watch_key() {
    wrap_git_
    gate uninstall >/dev/null
    cat >.git/hooks/pre-push <<HOOK
#!/bin/sh
: >"$T/hooked"
[ -z "\${GATE_SIGNING_KEY+is set}" ] || echo pre-push >>"$T/told"
HOOK
    chmod +x .git/hooks/pre-push
    gate install >/dev/null
}

expect_nobody_told() {
    [ -e "$T/hooked" ] || fail "no hook has run"
    [ ! -e "$T/told" ] || fail "told where the key lies: $(cat "$T/told")"
}
