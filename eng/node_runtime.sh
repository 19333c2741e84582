# shellcheck shell=bash
# ONNX Runtime for Node: `./sluice train` runs exported graphs with it, since Debian has no ONNX Runtime for Python.

node_runtime_folder=$cache/onnxruntime-node-$onnxruntime_version/package

have_node_runtime() { [[ -d $node_runtime_folder ]]; }

make_node_runtime() { timed "ONNX Runtime $onnxruntime_version for Node: fetch 113 MB, keep 45" unpack_node_runtime; }

unpack_node_runtime() {
    local folder common
    folder=$(mktemp -d "$cache/set-up/node_runtime.XXXXXX")
    fetch_npm "$onnxruntime_package" "$onnxruntime_package_sha256" "$folder/runtime.tgz"
    fetch_npm "$onnxruntime_common_package" "$onnxruntime_common_package_sha256" "$folder/common.tgz"
    tar -xzf "$folder/runtime.tgz" -C "$folder" package/package.json package/dist "${onnxruntime_member%/*}"
    common=$folder/package/node_modules/onnxruntime-common
    mkdir -p "$common" "${node_runtime_folder%/*}"
    tar -xzf "$folder/common.tgz" -C "$common" --strip-components=1
    mv "$folder/package" "$node_runtime_folder"
    rm -rf "$folder"
}
