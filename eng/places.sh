# shellcheck shell=bash
# Where set-up writes: the cache, and a home for .NET and NuGet, which cannot do without one.

# find_places: sets HOME and cache. An empty or missing HOME, and the root folder that some containers give, stand for the user database's.
find_places() {
    if [[ -z ${HOME:-} || $HOME == / ]]; then HOME=$(unset HOME; printf %s ~); fi
    export HOME
    cache=${SLUICE_CACHE:-${HOME%/}/.cache/sluice}
    [[ $cache == /* ]] || cache=$PWD/$cache
}

# claim_places: makes the cache, or says that it cannot and what to do; likewise the checkout's outputs. Only who has something to set up
# needs them.
claim_places() {
    local folder
    for folder in "$cache" "$cache/logs" "$cache/set-up"; do
        { mkdir -p "$folder" && is_ours "$folder"; } 2>/dev/null || die "$folder cannot be made or written by $(whose)." \
            "Set SLUICE_CACHE to a folder that may be written, as in: SLUICE_CACHE=/var/tmp/sluice ./sluice ..."
    done
    { : >>"$cache/lock"; } 2>/dev/null || die "$cache/lock cannot be written by $(whose)." \
        "Set SLUICE_CACHE to another folder, or remove what another user left there."
    for folder in "$root" "$root/artifacts" "$root/artifacts/sluice"; do
        [[ ! -e $folder ]] || is_ours "$folder" || die \
            "$folder cannot be written by $(whose), and the build goes to artifacts/ in the checkout." \
            "Make a clone that belongs to this user."
    done
    for folder in "$HOME" "$HOME/.nuget" "$HOME/.nuget/packages" "$HOME/.dotnet"; do
        [[ $folder != "$HOME" && ! -e $folder ]] || is_ours "$folder" || borrow_home "$folder"
    done
    is_ours "${TMPDIR:-/tmp}" || export TMPDIR=$cache/set-up
}

is_ours() { [[ -d $1 && -w $1 && -x $1 ]]; }

whose() { printf 'user %s' "$EUID"; }

borrow_home() {
    say "$1 cannot be written by $(whose): NuGet's packages and .NET's own files go to $cache/home"
    export HOME=$cache/home
    mkdir -p "$HOME"
}
