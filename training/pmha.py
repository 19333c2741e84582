"""The packed float16 graph with ONNX Runtime's own packed attention, for CUDA alone: a baseline that is measured there, never served."""
import numpy as np

from .packed import Packed
from .products import Half


class OwnPacked(Packed):
    """Inputs and output as Packed's; PackedMultiHeadAttention reads the rows as they lie, the last layer's one query as Packed's does.

    Right only where the operator takes flash attention (float16, compute capability 8.0 and later): that reads where documents begin, and
    of the tokens' places [B, S] the shape alone, so `gather` stands for them. Another kernel would give other logits than the golden ones.
    """

    def __init__(self, graph, layers, heads, hidden):
        super().__init__(graph, Half(graph, fused=True), layers, heads, hidden, skip=True)

    def embedded(self):
        """The rows, and where each document begins and the last one ends."""
        rows, g = super().embedded(), self.g
        ends = g.op("Add", self.cls, self.lengths)
        last = g.op("Slice", ends, *(g.constant([n], np.int64) for n in (-1, 2**31 - 1)))
        self.starts = g.op("Concat", self.cls, last, axis=0)
        return rows

    def layer(self, i, x):
        g, qkv, wide = self.g, f"{i}.qkv", self.hidden // self.heads
        weight = self._by_head(g.dequantized(qkv), [self.hidden, 3, self.heads, wide], [0, 2, 1, 3], [self.hidden, -1])
        bias = self._by_head(g.part(qkv, ".bias"), [3, self.heads, wide], [1, 0, 2], [-1])
        joined = g.op("Reshape", g.op("Gemm", x, weight, bias), g.constant([-1, self.heads, 3, wide], np.int64))
        context = g.microsoft("PackedMultiHeadAttention", joined, "", "", "", self.gather, self.starts, num_heads=self.heads)
        return self._after_attention(i, context, x)

    def _by_head(self, parameters, apart, order, joined):
        """Columns of queries, keys and values, as the operator wants them in one tensor: head by head. Folded when it loads."""
        g = self.g
        turned = g.op("Transpose", g.op("Reshape", parameters, g.constant(apart, np.int64)), perm=order)
        return g.half(g.op("Reshape", turned, g.constant(joined, np.int64)))
