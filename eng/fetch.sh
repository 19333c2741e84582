# shellcheck shell=bash
# Fetches npm tarballs through npm itself, so that its registry, proxy and credentials settings hold. Nothing of a package is ever executed.

# fetch_npm PACKAGE SHA256 FILE: FILE appears whole and verified, or not at all.
fetch_npm() {
    local package=$1 sha256=$2 file=$3 attempt folder found
    command -v npm >/dev/null ||
        die "npm is missing, and set-up fetches $package with it." \
            "Install Node.js 18 or newer with npm: https://nodejs.org/ or 'apt-get install npm'."
    folder=$(mktemp -d "$cache/set-up/npm.XXXXXX")
    for attempt in 1 2 3; do
        found=nothing
        if (cd "$folder" && npm pack --loglevel error --ignore-scripts --cache "$folder/cache" "$package"); then
            found=$(sha256sum "$folder"/*.tgz | cut -d ' ' -f 1)
            [[ $found == "$sha256" ]] && break
        fi
        echo "attempt $attempt: $package: SHA-256 expected $sha256, found $found"
        rm -rf "${folder:?}"/*
    done
    if [[ $found == "$sha256" ]]; then mv "$folder"/*.tgz "$file"; fi
    rm -rf "$folder"
    if [[ $found == nothing ]]; then
        die "npm could not fetch $package in 3 attempts." "Check the network and 'npm config get registry', then run the command again."
    elif [[ $found != "$sha256" ]]; then
        die "$package has SHA-256 $found, but eng/pins.sh pins $sha256." \
            "The registry served something else than was reviewed: find out why before you change the pin."
    fi
}
