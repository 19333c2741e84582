"""Matrix products for training: bfloat16 where the CPU multiplies it natively, else float32.

Master weights, activations between products, softmax and normalization stay float32. AVX512-BF16 doubles the
products' speed here (400 against 200 GFLOP/s on two cores, PyTorch 1.13 with oneDNN); evaluation never uses it.
"""
from pathlib import Path

import torch


def has_bfloat16():
    """True where the CPU has AVX512-BF16 or AMX-BF16."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


class HalfLinear(torch.autograd.Function):
    """y = x w^T + b with bfloat16 products, forward and backward. x [T, in], w [out, in], b [out], all float32."""

    @staticmethod
    def forward(ctx, x, weight, bias):
        x, weight = x.bfloat16(), weight.bfloat16()
        ctx.save_for_backward(x, weight)
        return torch.nn.functional.linear(x, weight).float() + bias

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        half = gradient.bfloat16()
        to_x = (half @ weight).float() if ctx.needs_input_grad[0] else None
        return to_x, (half.t() @ x).float(), gradient.sum(0)


def linear(x, weight, bias, half):
    """The product of a linear layer over rows x [T, in]; bfloat16 if `half`."""
    if half:
        return HalfLinear.apply(x, weight, bias)
    return torch.nn.functional.linear(x, weight, bias)


def product(a, b, half):
    """The batched product of a [..., m, k] and b [..., k, n], float32 in and out; bfloat16 inside if `half`."""
    if half:
        return torch.matmul(a.bfloat16(), b.bfloat16()).float()
    return torch.matmul(a, b)
