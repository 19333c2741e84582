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
# It runs as a process group, so that an interrupt ends all of it before this script goes: a build that went on would meet the next one.
# File descriptors 8 and 9 are the set-up's locks: a build server that outlives the command must not keep them.
timed() {
    local what=$1 log status=0 signal started=$SECONDS
    shift
    log=$cache/logs/$(printf %s "$what" | tr -cs 'A-Za-z0-9.' '-').log
    mkdir -p "$cache/logs"
    say "$what ..."
    set -m
    (set +m -e; "$@") </dev/null >"$log" 2>&1 8>&- 9>&- &
    set +m
    for signal in HUP INT TERM; do
        # shellcheck disable=SC2064 # now, not when the signal comes
        trap "interrupt $! $signal '$what'" "$signal"
    done
    wait $! || status=$?
    trap - HUP INT TERM
    if [[ $status -ne 0 ]]; then
        tail -n 20 "$log" | sed 's/^/    /' >&2
        die "$what: failed after $((SECONDS - started)) s. The whole log: $log"
    fi
    say "$what: done in $((SECONDS - started)) s"
}

# interrupt GROUP SIGNAL WHAT: ends the group of processes, by force if it takes longer than 5 s, and exits as shells do.
interrupt() {
    local tenth
    trap '' HUP INT TERM
    kill -TERM -- "-$1" 2>/dev/null || true
    for tenth in {1..50}; do
        kill -0 -- "-$1" 2>/dev/null || break
        [[ $tenth -lt 50 ]] || kill -KILL -- "-$1" 2>/dev/null || true
        sleep 0.1
    done
    say "$3: interrupted; what was done stays done, and the next start goes on"
    exit $((128 + $(kill -l "$2")))
}
