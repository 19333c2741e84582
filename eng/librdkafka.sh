# shellcheck shell=bash
# librdkafka as a NuGet package: nuget.org's own where it is served, else built here from source into the local feed eng/feed.
# Why it is done this way: docs/decisions/0001-native-libraries.md.

# Such as "debian12"; "linux" where the system does not say.
os_release() { if [[ -r /etc/os-release ]]; then sed -n 's/^\(ID\|VERSION_ID\)="\{0,1\}\([^"]*\)"\{0,1\}$/\2/p' /etc/os-release | sort -r | tr -d '\n'; else echo linux; fi; }

librdkafka_feed=$root/eng/feed/librdkafka.redist.$librdkafka_version.nupkg
librdkafka_installed=${NUGET_PACKAGES:-$home/.nuget/packages}/librdkafka.redist/$librdkafka_version
# A library built on one release of an operating system need not load on another that shares this cache.
librdkafka_built=$cache/librdkafka-$librdkafka_version-$(os_release)/librdkafka.redist.$librdkafka_version.nupkg

librdkafka_from_nuget_org() { grep -qs '"source": *"https://api.nuget.org' "$librdkafka_installed/.nupkg.metadata"; }

have_librdkafka() {
    librdkafka_from_nuget_org && return 0
    cmp -s "$librdkafka_built" "$librdkafka_feed" || return 1
    [[ ! -d $librdkafka_installed ]] || cmp -s "$librdkafka_built" "$librdkafka_installed/${librdkafka_feed##*/}" || return 1
    have_debian "${debian_librdkafka_libraries[@]}"
}

make_librdkafka() {
    if [[ ! -f $librdkafka_built ]]; then
        if probe_nuget_org; then return 0; fi
        need_debian "${debian_librdkafka_libraries[@]}" "${debian_librdkafka_tools[@]}"
        timed "librdkafka $librdkafka_version: fetch its source and build it, about a minute" build_librdkafka
    fi
    need_debian "${debian_librdkafka_libraries[@]}"
    replace_librdkafka
}

# NuGet keeps the first package it saw under this version, and the build the first library it copied. An older build of ours must give way in all these places.
replace_librdkafka() {
    local installed=$librdkafka_installed/${librdkafka_feed##*/}
    cmp -s "$librdkafka_built" "$librdkafka_feed" && { [[ ! -d $librdkafka_installed ]] || cmp -s "$librdkafka_built" "$installed"; } && return 0
    cmp -s "$librdkafka_built" "$installed" || rm -rf "$librdkafka_installed"
    rm -f "$root"/artifacts/bin/*/release/librdkafka.so "$root"/artifacts/sluice/*.built
    cp "$librdkafka_built" "$librdkafka_feed.new"
    mv "$librdkafka_feed.new" "$librdkafka_feed"
}

# True when nuget.org serves the package, which is then in NuGet's folder for good. Restores an empty project, so that proxies and time-outs are NuGet's affair.
probe_nuget_org() {
    local folder
    folder=$(mktemp -d "$cache/tmp/probe.XXXXXX")
    printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageDownload Include="librdkafka.redist" Version="[%s]" /></ItemGroup></Project>\n' \
        "$librdkafka_version" >"$folder/probe.csproj"
    printf '<configuration><packageSources><clear /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources></configuration>\n' >"$folder/nuget.config"
    timeout 60 dotnet restore "$folder/probe.csproj" -v q --nologo >"$folder/log" 2>&1 9>&- || true
    rm -rf "$folder"
    librdkafka_from_nuget_org
}

build_librdkafka() {
    local folder source
    folder=$(mktemp -d "$cache/tmp/librdkafka.XXXXXX")
    fetch_npm "$librdkafka_source" "$librdkafka_source_sha256" "$folder/source.tgz"
    tar -xzf "$folder/source.tgz" -C "$folder" package/deps/librdkafka
    source=$folder/package/deps/librdkafka
    # Only the C library is built: configure asks for a C++ compiler's version and no more, so gcc's will do.
    (cd "$source" && CXX=gcc ./configure --disable-debug-symbols && make -j "$(nproc)" -C src librdkafka.so.1)
    require_features "$source/config.h"
    pack_librdkafka "$source/src/librdkafka.so.1" "$folder/package.nupkg"
    mkdir -p "${librdkafka_built%/*}"
    mv "$folder/package.nupkg" "$librdkafka_built"
    rm -rf "$folder"
}

# librdkafka builds without what it does not find; we want all that nuget.org's build has, so that a cluster's security settings work on every machine.
require_features() {
    local feature
    for feature in WITH_SSL WITH_ZLIB WITH_ZSTD WITH_LZ4_EXT WITH_SASL_CYRUS WITH_SASL_SCRAM WITH_CURL WITH_OAUTHBEARER_OIDC; do
        grep -q "^#define $feature 1" "$1" || { echo "librdkafka was configured without $feature; these Debian packages carry what it needs: ${debian_librdkafka_libraries[*]}"; return 1; }
    done
}

# pack_librdkafka LIBRARY NUPKG: the same bytes for the same library (fixed times and order), so that NuGet's hash of it is stable.
pack_librdkafka() {
    local layout
    layout=$(mktemp -d "$cache/tmp/pack.XXXXXX")
    mkdir -p "$layout/runtimes/linux-x64/native"
    strip --strip-unneeded -o "$layout/runtimes/linux-x64/native/librdkafka.so" "$1"
    cat >"$layout/librdkafka.redist.nuspec" <<XML
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>librdkafka.redist</id>
    <version>$librdkafka_version</version>
    <authors>built by eng/librdkafka.sh</authors>
    <description>librdkafka $librdkafka_version for linux-x64, built from source.</description>
  </metadata>
</package>
XML
    (cd "$layout" && find . -exec touch -h -d '2000-01-01 00:00:00 UTC' {} + && TZ=UTC zip -q -X -D "$2" librdkafka.redist.nuspec runtimes/linux-x64/native/librdkafka.so)
    rm -rf "$layout"
}
