"""The int8 grid of the bundles (../shared/specs/inference-graph.md 5 and 5b).

Weights: int8 per output column, |q| <= 64, so that u8 x s8 never saturates where ORT adds neighbouring products in 16 bits.
Embeddings: int8 per row, |q| <= 127. Rounding is to nearest, ties to even, as QuantizeLinear does.
"""
import torch

WEIGHT_LIMIT = 64
ROW_LIMIT = 127


def scales_of(weight, limit=WEIGHT_LIMIT):
    """Scale of each row of `weight` [rows, columns]: [rows, 1]; a row of zeros gets 1."""
    largest = weight.detach().abs().amax(1, keepdim=True)
    return torch.where(largest > 0, largest / limit, torch.ones_like(largest))


def to_int8(weight, scales, limit=WEIGHT_LIMIT):
    """int8 [rows, columns] on the grid of `scales` [rows, 1]."""
    return torch.clamp(torch.round(weight.detach() / scales), -limit, limit).to(torch.int8)


def on_grid(weight, scales, limit=WEIGHT_LIMIT):
    """`weight` moved to its int8 grid; the gradient passes straight through."""
    moved = to_int8(weight, scales, limit).float() * scales
    return weight + (moved - weight.detach())


class StraightActivation(torch.autograd.Function):
    """x to uint8 and back with one scale and zero point; the gradient passes where x was in range."""

    @staticmethod
    def forward(ctx, x, scale, zero):
        q = torch.round(x / scale) + zero
        ctx.save_for_backward((q >= 0) & (q <= 255))
        return (torch.clamp_(q, 0, 255) - zero) * scale

    @staticmethod
    def backward(ctx, gradient):
        (inside,) = ctx.saved_tensors
        return gradient * inside, None, None


def row_quantized(x):
    """x [T, K] to the 8-bit grid with one scale a row (largest magnitude = 127) and back."""
    scale = torch.clamp(x.abs().amax(1, keepdim=True), min=1e-12) / 127
    return torch.round(x / scale) * scale
