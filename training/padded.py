"""The padded graph with ONNX Runtime's own BERT fusions: what is served without this project. Baselines only.

Inputs, int32: input_ids[B,S] (0 = padding), lengths[B]. Output: logits[B,C] float32.
"""
import numpy as np

EPSILON = 1e-12
MASKED = -60.0


class Padded:
    """`dynamic`: DynamicQuantizeMatMul for the products; `skip`: SkipLayerNormalization, else Add and LayerNormalization; `half`: float16
    from the embeddings' normalization to the head."""

    def __init__(self, graph, layers, heads, dynamic=False, skip=True, half=False):
        self.g, self.layers, self.heads, self.dynamic, self.skip, self.half = graph, layers, heads, dynamic, skip, half

    def build(self, labels):
        g = self.g
        ids, self.lengths = g.input("input_ids", "B", "S"), g.input("lengths", "B")
        places = g.op("Slice", self._table("places"),
                      g.constant([0], np.int64), g.op("Shape", ids, start=1, end=2), g.constant([0], np.int64))
        x = g.op("Add", g.op("Gather", self._table("words"), ids), places)
        x = g.op("LayerNormalization", x, g.weight("norm.gain"), g.weight("norm.shift"), epsilon=EPSILON)
        x = g.half(x) if self.half else x
        for i in range(self.layers):
            x = self._layer(i, x)
        first = g.op("Gather", x, g.constant(0, np.int64), axis=1)
        g.op("Gemm", g.single(first), g.weight("head.weight"), g.weight("head.bias"), out="logits")
        g.output("logits", "B", labels)

    def _table(self, name):
        g = self.g
        return g.op("Mul", g.op("Cast", g.weight(name), to=1), g.weight(name + ".scale"))

    def _product(self, name, x, bias=True):
        g = self.g
        if self.dynamic:
            smooth = g.smooth(name)
            x = g.op("Mul", x, smooth) if smooth else x
            rest = ("", g.part(name, ".bias")) if bias else ()
            return g.microsoft("DynamicQuantizeMatMul", x, g.part(name, ".weight"), g.part(name, ".scale"), *rest)
        y = g.op("MatMul", x, g.alike(g.dequantized(name), x))
        return g.op("Add", y, g.alike(g.part(name, ".bias"), x)) if bias else y

    def _norm(self, name, y, x, bias):
        g = self.g
        gain, shift, bias = (g.alike(part, x) for part in (g.weight(name + ".gain"), g.weight(name + ".shift"), bias))
        if self.skip:
            return g.microsoft("SkipLayerNormalization", y, x, gain, shift, bias, epsilon=EPSILON)
        return g.op("LayerNormalization", g.op("Add", g.op("Add", y, bias), x), gain, shift, epsilon=EPSILON)

    def _attend(self, name, x):
        g, settings = self.g, {"num_heads": self.heads, "mask_filter_value": MASKED}
        if not self.dynamic:
            weight, bias = g.alike(g.dequantized(name), x), g.alike(g.part(name, ".bias"), x)
            return g.microsoft("Attention", x, weight, bias, self.lengths, **settings)
        q, k, v = g.split(self._product(name, x), axis=2, count=3)
        return g.microsoft("MultiHeadAttention", q, k, v, "", self.lengths, **settings)

    def _layer(self, i, x):
        g = self.g
        context = self._attend(f"{i}.qkv", x)
        x = self._norm(f"{i}.norm1", self._product(f"{i}.out", context, bias=False), x, g.part(f"{i}.out", ".bias"))
        inner = g.microsoft("BiasGelu", self._product(f"{i}.up", x, bias=False), g.alike(g.part(f"{i}.up", ".bias"), x))
        return self._norm(f"{i}.norm2", self._product(f"{i}.down", inner, bias=False), x, g.part(f"{i}.down", ".bias"))
