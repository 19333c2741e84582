"""The encoder: BERT, post-LN, gelu (erf), eps 1e-12, and a linear head on the [CLS] row of the last layer.

The last layer computes queries, output and feed-forward for [CLS] rows only, as the exported graph does.
Parameters are one flat dictionary; linear weights are [out, in].
"""
import numpy as np
import torch
from torch.nn.functional import gelu, layer_norm

from . import arithmetic, quantize, safetensors

EPSILON = 1e-12
MASKED = -60.0  # added to the score of a padded place, as mask_filter_value in the graph


def names_of_products(layers):
    """The linear layers in the order they run."""
    return [f"{i}.{part}" for i in range(layers) for part in ("qkv", "out", "up", "down")]


def _published(folder):
    """The weights in an encoder's folder by the names of Hugging Face's BertModel, float32."""
    if (folder / "weights-fp16.npz").exists():
        return {k: torch.from_numpy(v.astype(np.float32)) for k, v in np.load(folder / "weights-fp16.npz").items()}
    return safetensors.load(folder / "model.safetensors")


def from_pretrained(folder, labels, seed, embeddings_on_grid=True):
    """Parameters of a published encoder with a fresh head, embeddings put on their int8 grid. Returns dict of tensors."""
    source = _published(folder)
    embedded = "embeddings."
    p = {
        "words": source[embedded + "word_embeddings.weight"],
        "places": source[embedded + "position_embeddings.weight"] + source[embedded + "token_type_embeddings.weight"][0],
        "norm.gain": source[embedded + "LayerNorm.weight"],
        "norm.shift": source[embedded + "LayerNorm.bias"],
    }
    layers = 1 + max(int(k.split(".")[2]) for k in source if k.startswith("encoder.layer."))
    for i in range(layers):
        s = f"encoder.layer.{i}."
        qkv = [s + f"attention.self.{x}." for x in ("query", "key", "value")]
        p[f"{i}.qkv.weight"] = torch.cat([source[x + "weight"] for x in qkv])
        p[f"{i}.qkv.bias"] = torch.cat([source[x + "bias"] for x in qkv])
        for name, theirs in (("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")):
            p[f"{i}.{name}.weight"] = source[s + theirs + ".weight"]
            p[f"{i}.{name}.bias"] = source[s + theirs + ".bias"]
        for name, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            p[f"{i}.{name}.gain"] = source[s + theirs + ".weight"]
            p[f"{i}.{name}.shift"] = source[s + theirs + ".bias"]
    generator = torch.Generator().manual_seed(seed)
    p["head.weight"] = torch.randn(labels, p["norm.gain"].numel(), generator=generator) * 0.02
    p["head.bias"] = torch.zeros(labels)
    for name in ("words", "places") if embeddings_on_grid else ():
        p[name] = quantize.on_grid(p[name], quantize.scales_of(p[name], quantize.ROW_LIMIT), quantize.ROW_LIMIT)
    return {k: v.clone().contiguous() for k, v in p.items()}


class Encoder:
    """Runs the parameters. `grid`: weight scales by product name, or None for float weights.

    `activation`: called as activation(name, x [T, in]) -> x before each product; it fakes 8-bit activations or records them.
    """

    def __init__(self, parameters, heads, half=False):
        self.p = parameters
        self.heads = heads
        self.half = half
        self.layers = sum(1 for k in parameters if k.endswith(".qkv.weight"))
        self.grid = None
        self.activation = None

    def product(self, name, x):
        """x [T, in] through the linear layer `name`: [T, out]."""
        weight = self.p[name + ".weight"]
        if self.grid is not None:
            weight = quantize.on_grid(weight, self.grid[name])
        if self.activation is not None:
            x = self.activation(name, x)
        return arithmetic.linear(x, weight, self.p[name + ".bias"], self.half)

    def norm(self, name, x):
        """Layer normalization over the last axis."""
        return layer_norm(x, x.shape[-1:], self.p[name + ".gain"], self.p[name + ".shift"], EPSILON)

    def embed(self, ids):
        """ids [B, S] -> [B*S, H]."""
        x = self.p["words"][ids] + self.p["places"][: ids.shape[1]]
        return self.norm("norm", x).flatten(0, 1)

    def _attend(self, qkv, batch, mask, first_only):
        hidden = qkv.shape[1] // 3
        q, k, v = qkv.view(batch, -1, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        if first_only:
            q = q[:, :, :1]
        scores = arithmetic.product(q * (q.shape[-1] ** -0.5), k.transpose(2, 3), self.half) + mask
        return arithmetic.product(torch.softmax(scores, -1), v, self.half).transpose(1, 2).reshape(-1, hidden)

    def layer(self, i, x, batch, mask, first_only=False):
        """One layer over [B*S, H]; with first_only, from all rows to the [CLS] rows [B, H]."""
        context = self._attend(self.product(f"{i}.qkv", x), batch, mask, first_only)
        if first_only:
            x = x.view(batch, -1, x.shape[1])[:, 0]
        x = self.norm(f"{i}.norm1", self.product(f"{i}.out", context) + x)
        return self.norm(f"{i}.norm2", self.product(f"{i}.down", gelu(self.product(f"{i}.up", x))) + x)

    def mask(self, ids, lengths):
        """[B, 1, 1, S]: 0 at tokens, MASKED at padding."""
        inside = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
        return torch.where(inside, 0.0, MASKED)[:, None, None, :]

    def logits(self, ids, lengths, layers=None):
        """ids [B, S] int64 (0 = padding), lengths [B] -> logits [B, C]; `layers` runs only the first ones."""
        batch, mask, x = len(ids), self.mask(ids, lengths), self.embed(ids)
        last = (layers or self.layers) - 1
        for i in range(last + 1):
            x = self.layer(i, x, batch, mask, first_only=i == last)
        return torch.nn.functional.linear(x, self.p["head.weight"], self.p["head.bias"])
