# shellcheck shell=bash
# What the machine must allow, and what the programs are told of it.

# Open files at once. Measured on two cores: 273 at the peak of a demo, libraries and the embedded broker's connections among them, and
# about 300 in a build; more cores and more brokers take more. The program asks for as many (src/Worker/Startup/FileHandles.cs): it may be
# started without this script.
files_needed=512

# need_files: raises the soft limit where the hard one lets it. With too few the runtime fails in many ways, none of which names the cause.
need_files() {
    local limit
    limit=$(ulimit -Sn)
    [[ $limit == unlimited || $limit -ge $files_needed ]] && return 0
    ulimit -Sn "$files_needed" 2>/dev/null || die \
        "$files_needed files must be open at once, and this shell may open $(ulimit -Hn) (ulimit -n)." \
        "Raise it: 'ulimit -n $files_needed' as root, LimitNOFILE= in a systemd unit, or --ulimit nofile= for a container."
}

# Memory that one thread frees goes back to the arena that it came from, and there may be eight arenas a core (docs/batching.md#memory).
# OMP_NUM_THREADS is what training is told, and would count as cores.
bound_arenas() {
    local cores
    [[ -z ${MALLOC_ARENA_MAX:-} ]] || return 0
    cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null) || return 0
    export MALLOC_ARENA_MAX=$(((cores + 7) / 8))
}
