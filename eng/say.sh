# shellcheck shell=bash
# What set-up tells: short lines on standard error; the long story in log files.

say() { printf 'sluice: %s\n' "$*" >&2; }

# die MESSAGE...: each argument is a line. The last one should be the way out.
die() {
    local line
    for line in "$@"; do say "$line"; done
    exit 1
}

# timed WHAT COMMAND...: runs the command with its output in a log; says what it does, and how long it took or where it failed.
# A subshell with errexit of its own: the command stops at its first failure, and a `die` in it lands in the log, whose end is shown.
# File descriptor 9 is the set-up's lock: a build server that outlives the command must not keep it.
timed() {
    local what=$1 log status started=$SECONDS
    shift
    log=$cache/logs/$(printf %s "$what" | tr -cs 'A-Za-z0-9.' '-').log
    mkdir -p "$cache/logs"
    say "$what ..."
    set +e
    (set -e; "$@") >"$log" 2>&1 9>&-
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then
        tail -n 20 "$log" | sed 's/^/    /' >&2
        die "$what: failed after $((SECONDS - started)) s. The whole log: $log"
    fi
    say "$what: done in $((SECONDS - started)) s"
}
