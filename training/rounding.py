"""The teacher in float16, in PyTorch: every operator's result is rounded, sums inside an operator are float32, as on a GPU.

ONNX Runtime's CPU provider cannot show that: it casts to float32 where it has no kernel for float16, and drops pairs of casts.
"""
import json

import numpy as np
import torch

from . import batches, encoder, golden

PLACES = {"all in float16": (), "sums and normalizations in float32": ("norm",), "and Gelu": ("norm", "gelu")}


class Rounded(encoder.Encoder):
    """exact: what stays float32, of `norm` (a layer's sums and normalizations) and `gelu`. `largest` is the largest value met."""

    def __init__(self, parameters, heads, exact):
        in_layer = lambda name: name.partition(".")[0].isdigit() and not (".norm" in name and "norm" in exact)
        super().__init__({name: self._half(p) if in_layer(name) else p for name, p in parameters.items()}, heads)
        self.exact, self.largest = exact, 0.0

    @staticmethod
    def _half(x):
        return x.half().float()

    def _rounded(self, x):
        self.largest = max(self.largest, float(x.abs().max()))
        return self._half(x)

    def product(self, name, x):
        y = self._rounded(self._half(x) @ self.p[name + ".weight"].t())
        return self._rounded(y + self.p[name + ".bias"])

    def _attend(self, qkv, batch, mask, first_only):
        hidden = qkv.shape[1] // 3
        q, k, v = qkv.view(batch, -1, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        q = q[:, :, :1] if first_only else q
        shares = torch.softmax(self._rounded(q @ k.transpose(2, 3) * q.shape[-1] ** -0.5) + mask, -1)
        return self._rounded(self._half(shares) @ v).transpose(1, 2).reshape(-1, hidden)

    def embed(self, ids):
        x = super().embed(ids)
        return x if "norm" in self.exact else self._half(x)

    def _added(self, name, y, x):
        return self.norm(name, y + x) if "norm" in self.exact else self._rounded(self.norm(name, self._rounded(y + x)))

    def _gelu(self, x):
        return torch.nn.functional.gelu(x) if "gelu" in self.exact else self._rounded(x * self._half(0.5 * (1 + torch.erf(x * 0.5**0.5))))

    def layer(self, i, x, batch, mask, first_only=False):
        context = self._attend(self.product(f"{i}.qkv", x), batch, mask, first_only)
        x = x.view(batch, -1, x.shape[1])[:, 0] if first_only else x
        x = self._added(f"{i}.norm1", self.product(f"{i}.out", context), x)
        return self._added(f"{i}.norm2", self.product(f"{i}.down", self._gelu(self.product(f"{i}.up", x))), x)


@torch.no_grad()
def run(folder):
    """Prints a line for each of PLACES, over golden.jsonl."""
    lines = [json.loads(line) for line in open(folder / "golden.jsonl")]
    expected = np.array([line["logits"] for line in lines], np.float32)
    heads = json.loads((folder / "manifest.json").read_text())["encoder"]["heads"]
    for name, exact in PLACES.items():
        model = Rounded(golden.parameters(folder), heads, exact)
        found = np.array([model.logits(*batches.padded([line["ids"]]))[0].numpy() for line in lines])
        away, same = np.abs(found - expected).max(1), int((found.argmax(1) == expected.argmax(1)).sum())
        print(f"{name:36} logits within {away.max():.4f}, on average {away.mean():.5f}; same label {same} of {len(lines)}; "
              f"largest value {model.largest:.0f}", flush=True)
