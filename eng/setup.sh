# shellcheck shell=bash
# Set-up as a list of steps. Each step is a pair: have_STEP (cheap, changes nothing, no network) and make_STEP (idempotent).

# steps_of COMMAND: what it needs, in order; the downloads come first because they run beside the rest.
steps_of() {
    case $1 in
        demo) echo mails onnxruntime worker ;;
        run | classify) echo onnxruntime worker ;;
        bench) echo mails onnxruntime benchmarks ;;
        test | setup) echo mails onnxruntime broker tests ;;
        train) echo mails node_runtime python ;;
        *) echo worker ;;
    esac
}

# prepare COMMAND: returns at once when nothing is missing; else works under a lock, so that two set-ups do not tread on each other.
prepare() {
    local step steps missing=() downloads=() started=$SECONDS
    read -r -a steps <<<"$(steps_of "$1")"
    for step in "${steps[@]}"; do "have_$step" || missing+=("$step"); done
    [[ ${#missing[@]} -eq 0 ]] && return 0
    [[ $(uname -sm) == "Linux x86_64" ]] || die "Set-up knows Linux on x86_64 only, and this is $(uname -sm)." "Run it in a container or a virtual machine of that kind."
    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock -n 9 || { say "waiting for another set-up that uses $cache"; flock 9; }
    rm -rf "$cache/tmp" && mkdir "$cache/tmp" # what an interrupted set-up left
    trap 'kill "${downloads[@]}" 2>/dev/null || true' EXIT
    for step in "${missing[@]}"; do
        "have_$step" && continue
        case $step in
            mails | onnxruntime | node_runtime) "make_$step" & downloads+=($!) ;;
            *) "make_$step" ;;
        esac
    done
    for step in "${downloads[@]}"; do wait "$step" || die "Set-up is not complete: a download failed, as told above. What is done stays done; run the command again."; done
    trap - EXIT
    exec 9>&-
    say "set up in $((SECONDS - started)) s; the next start has nothing to do"
}
