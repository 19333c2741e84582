# shellcheck shell=bash
# ONNX Runtime's CPU library, in the cache. $SLUICE_ONNXRUNTIME names another one (a build with CUDA, say) and is then used as it is.

onnxruntime_library=$cache/onnxruntime-$onnxruntime_version/libonnxruntime.so.1

have_onnxruntime() {
    if [[ -n ${SLUICE_ONNXRUNTIME:-} ]]; then
        [[ -f $SLUICE_ONNXRUNTIME ]] || die "SLUICE_ONNXRUNTIME names $SLUICE_ONNXRUNTIME, and there is no such file." "Give the path of libonnxruntime.so.1 itself, or unset it to use version $onnxruntime_version from npm."
        return 0
    fi
    [[ -f $onnxruntime_library ]]
}

make_onnxruntime() { timed "ONNX Runtime $onnxruntime_version: fetch 113 MB, keep one library" extract_onnxruntime; }

extract_onnxruntime() {
    local folder found
    folder=$(mktemp -d "$cache/tmp/onnxruntime.XXXXXX")
    fetch_npm "$onnxruntime_package" "$onnxruntime_package_sha256" "$folder/package.tgz"
    tar -xzf "$folder/package.tgz" -C "$folder" "$onnxruntime_member"
    found=$(sha256sum "$folder/$onnxruntime_member" | cut -d ' ' -f 1)
    [[ $found == "$onnxruntime_sha256" ]] || die "libonnxruntime.so.1 has SHA-256 $found, but eng/pins.sh pins $onnxruntime_sha256." "The two pins of ONNX Runtime there do not belong together."
    mkdir -p "${onnxruntime_library%/*}"
    mv "$folder/$onnxruntime_member" "$onnxruntime_library"
    rm -rf "$folder"
}
