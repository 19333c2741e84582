# shellcheck shell=bash
# Debian packages: installed where we may, named where we may not.

# missing_debian PACKAGE...: prints those that are not installed. On a system without dpkg it prints nothing: the step that needs them will tell.
missing_debian() {
    command -v dpkg-query >/dev/null || return 0
    local installed package
    installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
    for package in "$@"; do
        [[ $installed == *" $package:installed "* ]] || printf '%s\n' "$package"
    done
}

have_debian() { [[ -z $(missing_debian "$@") ]]; }

# need_debian PACKAGE...: installs what is missing, as root or through sudo.
need_debian() {
    local missing as_root=()
    mapfile -t missing < <(missing_debian "$@")
    [[ ${#missing[@]} -eq 0 ]] && return 0
    if [[ $EUID -ne 0 ]]; then
        if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
            die "Debian packages are missing and this user may not install them: ${missing[*]}" "Run: sudo apt-get install --no-install-recommends ${missing[*]}"
        fi
        sudo -v || die "sudo was refused." "Run as root: apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    timed "Debian packages ${missing[*]}" install_debian "${missing[@]}"
}

# The lists of packages may be absent or old on a fresh machine, so a failed first try is followed by an update. Another apt may be running: wait for it.
install_debian() {
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    "${apt[@]}" install --no-install-recommends "$@" || { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; }
}
