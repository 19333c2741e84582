# shellcheck shell=bash
# Java 17 or newer: the real broker and registry of the functional tests run on it. Any that is on the PATH will do.

have_java() {
    local version
    version=$(java -XshowSettings:none -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || return 1
    [[ ${version:-0} -ge 17 ]]
}

make_java() {
    need_debian "${debian_java[@]}"
    have_java || die "The functional tests need Java 17 or newer, and 'java -version' does not show one." "Install openjdk-17-jre-headless and put it first on the PATH."
}
