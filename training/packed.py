"""The packed graph (docs/models.md, "Packed"): no padded token outside attention.

Inputs, all int32: ids[T], positions[T], gather[B,S], scatter[T], lengths[B], cls[B]. Output: logits[B,C] float32.
"""
import numpy as np
from onnx import TensorProto

from . import attention

EPSILON = 1e-12
MASKED = -60.0


class Packed:
    """Builds one packed graph. `skip`: SkipLayerNormalization instead of Add and LayerNormalization; `cls_only`: last layer for [CLS].

    Attention is ONNX's own operator where the graph's opset has one that takes the rows' lengths (24), else MultiHeadAttention with a mask:
    the same bits, in 0.75 to 0.9 of the time (README.md). `fused`: our own operator over the rows as they lie (attention.py).
    """

    def __init__(self, graph, products, layers, heads, hidden, skip=False, cls_only=True, fused=False):
        self.g, self.products, self.layers = graph, products, layers
        self.fused = fused and attention.fits(heads, hidden)
        self.heads, self.hidden, self.skip, self.cls_only = heads, hidden, skip, cls_only

    def build(self, labels):
        """The whole model: output logits [B, labels]."""
        g = self.g
        g.op("Gemm", g.single(self._vectors()), g.weight("head.weight"), g.weight("head.bias"), out="logits")
        g.output("logits", "B", labels)

    def build_vectors(self):
        """The model without its head: output vectors [B, H], the [CLS] rows after the last layer."""
        self.g.op("Identity", self.g.single(self._vectors()), out="vectors")
        self.g.output("vectors", "B", self.hidden)

    def _vectors(self):
        x = self.embedded()
        for i in range(self.layers):
            x = self.last(i, x) if self.cls_only and i == self.layers - 1 else self.layer(i, x)
        return x if self.cls_only else self.g.op("Gather", x, self.cls)

    def embedded(self):
        """The inputs, and the rows [T, H] that the first layer reads."""
        g = self.g
        ids, positions = g.input("ids", "T"), g.input("positions", "T")
        self.gather, self.scatter = g.input("gather", "B", "S"), g.input("scatter", "T")
        self.lengths, self.cls = g.input("lengths", "B"), g.input("cls", "B")
        self.native = g.opset >= 24
        self.counts = g.op("Cast", self.lengths, to=TensorProto.INT64) if self.native and not self.fused else self.lengths
        x = g.op("Add", self._rows("words", ids), self._rows("places", positions))
        return self.products.rows(g.op("LayerNormalization", x, g.weight("norm.gain"), g.weight("norm.shift"), epsilon=EPSILON))

    def _rows(self, table, indices):
        g = self.g
        rows = g.op("Cast", g.op("Gather", g.weight(table), indices), to=TensorProto.FLOAT)
        return g.op("Mul", rows, g.op("Gather", g.weight(table + ".scale"), indices))

    def _added(self, name, product, rows, x):
        """Layer normalization of the sum of x and a product of rows."""
        products, prepared = self.products, self.products.prepared(product, rows)
        if self.skip and products.fused:
            return self._norm(name, products.bare(product, prepared), x, products.bias(product))
        return self._norm(name, products.run(product, prepared), x)

    def _norm(self, name, y, x, *bias):
        g = self.g
        y, gain, shift = (g.alike(part, x) for part in (y, g.weight(name + ".gain"), g.weight(name + ".shift")))
        if self.skip:
            return g.microsoft("SkipLayerNormalization", y, x, gain, shift, *bias, epsilon=EPSILON)
        return g.op("LayerNormalization", g.op("Add", y, x), gain, shift, epsilon=EPSILON)

    def _attend(self, q, k, v):
        if self.native:
            return self.g.op("Attention", q, k, v, "", "", "", self.counts, q_num_heads=self.heads, kv_num_heads=self.heads)
        return self.g.microsoft("MultiHeadAttention", q, k, v, "", self.lengths, num_heads=self.heads, mask_filter_value=MASKED)

    def _flat(self, x):
        return self.g.op("Reshape", x, self.g.constant([-1, self.hidden], np.int64))

    def _after_attention(self, i, context, x):
        x = self._added(f"{i}.norm1", f"{i}.out", context, x)
        inner = self.products.run(f"{i}.up", self.products.prepared(f"{i}.up", x), gelu=True)
        return self._added(f"{i}.norm2", f"{i}.down", inner, x)

    def layer(self, i, x):
        """Layer i over all rows [T, H]. i: what its weights' names begin with."""
        g, qkv = self.g, f"{i}.qkv"
        joined = self.products.run(qkv, self.products.prepared(qkv, x))
        if self.fused:
            return self._after_attention(i, g.own("PackedAttention", joined, self.lengths, self.gather, self.scatter, heads=self.heads), x)
        context = self._attend(*(g.op("Gather", y, self.gather) for y in g.split(joined, axis=1, count=3)))
        return self._after_attention(i, g.op("Gather", self._flat(context), self.scatter), x)

    def last(self, i, x):
        """Layer i for [CLS] alone: rows [T, H] -> [B, H]."""
        g, qkv = self.g, f"{i}.qkv"
        asking = g.op("Gather", x, self.cls)
        q = self.products.run(f"{i}.q", self.products.prepared(qkv, asking))
        k, v = g.split(self.products.run(f"{i}.kv", self.products.prepared(qkv, x)), axis=1, count=2)
        return self._after_attention(i, self._one_query(q, k, v), asking)

    def _one_query(self, q, k, v):
        """Attention of one query a document: q [B, H] over k and v [T, H] -> [B, H]."""
        g = self.g
        if self.fused:
            return g.own("PackedClsAttention", q, k, v, self.lengths, self.gather, heads=self.heads)
        asking = g.op("Unsqueeze", q, g.constant([1], np.int64))
        keys = g.op("Gather", k, self.gather)
        return self._flat(self._attend(asking, keys, keys if v is k else g.op("Gather", v, self.gather)))
