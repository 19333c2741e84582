# shellcheck shell=bash
# Python with PyTorch, for `./sluice train`. Debian's own by default; $SLUICE_PYTHON names another interpreter that has torch, onnx and
# numpy.

python=${SLUICE_PYTHON:-/usr/bin/python3}

have_python() {
    if [[ -n ${SLUICE_PYTHON:-} ]]; then
        have_modules ||
            die "SLUICE_PYTHON names $SLUICE_PYTHON, which cannot import torch, onnx and numpy." \
                "Install them there, or unset it to use Debian's."
        return 0
    fi
    if command -v dpkg-query >/dev/null; then have_debian "${debian_training[@]}"; else have_modules; fi
}

have_modules() { "$python" -c 'import torch, onnx, numpy' 2>/dev/null; }

make_python() {
    need_debian "${debian_training[@]}"
    have_modules || die "$python cannot import torch, onnx and numpy." "Install them and name the interpreter in SLUICE_PYTHON."
}
