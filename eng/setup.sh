# shellcheck shell=bash
# Set-up as a list of steps. Each step is a pair: have_STEP (cheap, changes nothing, no network) and make_STEP (idempotent).

# steps_of COMMAND: what it needs, in order. All but training is a build.
steps_of() {
    case $1 in
        bench) echo benchmarks ;;
        test | setup) echo tests ;;
        train) echo python mails node_runtime ;;
        *) echo worker ;;
    esac
}

# prepare COMMAND: returns at once when nothing is missing; else works under a lock, so that two set-ups do not tread on each other.
# The locks are files': they go with this process, however that ends, because no step's process has them (say.sh).
prepare() {
    local step steps missing=() started=$SECONDS
    read -r -a steps <<<"$(steps_of "$1")"
    for step in "${steps[@]}"; do "have_$step" || missing+=("$step"); done
    [[ ${#missing[@]} -eq 0 ]] && return 0
    [[ $(uname -sm) == "Linux x86_64" ]] ||
        die "Set-up knows Linux on x86_64 only, and this is $(uname -sm)." "Run it in a container or a virtual machine of that kind."
    claim_places
    mkdir -p "$root/artifacts"
    exec 8>"$root/artifacts/lock" 9>"$cache/lock" # two caches may serve one clone, and two clones one cache
    flock -n 8 || { say "waiting for another set-up of $root"; flock 8; }
    flock -n 9 || { say "waiting for another set-up that uses $cache"; flock 9; }
    rm -rf "$cache/set-up" && mkdir "$cache/set-up" # what an interrupted set-up left; the name is ours, whatever folder SLUICE_CACHE names
    for step in "${missing[@]}"; do
        "have_$step" || "make_$step"
    done
    exec 8>&- 9>&-
    say "set up in $((SECONDS - started)) s; the next start has nothing to do"
}
