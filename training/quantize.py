"""The int8 grid of the bundles (docs/models.md, "One document, one label" and "No sum saturates").

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
