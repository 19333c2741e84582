"""A trained encoder as the arrays of the weights file.

Names: `words`, `places` int8 [rows, H] with `.scale` [rows, 1]; `norm.gain`...; for product i.part: `.weight` int8 [in, out],
`.scale` [out], `.bias` [out], and `.smooth` [in] where the input is multiplied by it first. The last layer's queries stand
apart from its keys and values (`11.q`, `11.kv`), since only [CLS] asks. `head.weight` [H, C] and `head.bias` are float32.
"""
import numpy as np

from . import encoder, quantize
from .weights_file import WeightsFile


def arrays_of(parameters, grid):
    """Arrays by name, in the order they are read. parameters: tensors of encoder.py; grid: scales by product."""
    p = {k: v.detach() for k, v in parameters.items()}
    layers = sum(1 for k in p if k.endswith(".qkv.weight"))
    arrays = {}
    for name in ("words", "places"):
        scales = quantize.scales_of(p[name], quantize.ROW_LIMIT)
        arrays[name] = quantize.to_int8(p[name], scales, quantize.ROW_LIMIT).numpy()
        arrays[name + ".scale"] = scales.numpy()
    for norm in ["norm"] + [f"{i}.norm{k}" for i in range(layers) for k in (1, 2)]:
        for part in (".gain", ".shift"):
            arrays[norm + part] = p[norm + part].numpy()
    for product in encoder.names_of_products(layers):
        arrays |= product_arrays(p, product, grid[product], split=product == f"{layers - 1}.qkv")
    arrays["head.weight"] = p["head.weight"].numpy().T
    arrays["head.bias"] = p["head.bias"].numpy()
    return arrays


def product_arrays(p, product, scales, split):
    """Arrays of one linear layer. scales: [out, 1]; split: queries apart from keys and values."""
    int8 = quantize.to_int8(p[product + ".weight"], scales).numpy().T
    scale, bias = scales.numpy()[:, 0], p[product + ".bias"].numpy()
    pieces, arrays = {product: slice(None)}, {}
    if split:
        layer, hidden = product.partition(".")[0], int8.shape[1] // 3
        pieces = {f"{layer}.q": slice(0, hidden), f"{layer}.kv": slice(hidden, None)}
    for piece, columns in pieces.items():
        arrays[piece + ".weight"] = int8[:, columns]
        arrays[piece + ".scale"] = scale[columns]
        arrays[piece + ".bias"] = bias[columns]
    if product + ".smooth" in p:
        arrays[product + ".smooth"] = p[product + ".smooth"].numpy()
    return arrays


def file_of(arrays):
    """The arrays in a WeightsFile; refuses an int8 weight that could saturate (docs/models.md, "No sum saturates")."""
    weights = WeightsFile()
    for name, array in arrays.items():
        if array.dtype == np.int8 and name.endswith(".weight"):
            pairs = np.abs(array[0::2].astype(np.int32)) + np.abs(array[1::2].astype(np.int32))
            if 255 * int(pairs.max()) > 32767:
                raise ValueError(f"{name}: two neighbouring weights reach {int(pairs.max())}, but 255 x their sum must stay within 32,767")
        weights.add(name, array)
    return weights
