# shellcheck shell=bash
# Debian packages, which training needs: named where they are missing, installed by whoever may and wants to.

# missing_debian PACKAGE...: prints those that are not installed. On a system without dpkg it prints nothing: the step that needs them will
# tell.
missing_debian() {
    command -v dpkg-query >/dev/null || return 0
    local installed package
    installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
    for package in "$@"; do
        [[ $installed == *" $package:installed "* ]] || printf '%s\n' "$package"
    done
}

have_debian() { [[ -z $(missing_debian "$@") ]]; }

# need_debian PACKAGE...: tells what is missing, and how it is installed.
need_debian() {
    local missing
    mapfile -t missing < <(missing_debian "$@")
    [[ ${#missing[@]} -eq 0 ]] || die \
        "Debian packages are missing: ${missing[*]}" \
        "Run as root: apt-get install --no-install-recommends ${missing[*]}"
}
