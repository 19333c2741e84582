# shellcheck shell=bash
# What the real broker and registry of the functional tests run on: Java 17 or newer, whichever is first on the PATH, and two small tools.

have_java() {
    local version
    version=$(java -XshowSettings:none -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || return 1
    [[ ${version:-0} -ge 17 ]]
}

have_broker() { command -v xz >/dev/null && command -v curl >/dev/null && have_java; }

make_broker() {
    local packages=("${debian_broker_tools[@]}")
    have_java || packages+=("${debian_broker_java[@]}")
    need_debian "${packages[@]}"
    have_broker || die "The functional tests need xz, curl and Java 17 or newer; 'java -version' shows another Java, or none." "Install ${debian_broker_java[*]} ${debian_broker_tools[*]}, and put that Java first on the PATH."
}
