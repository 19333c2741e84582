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
        super().__init__(graph, Half(graph, whole=True), layers, heads, hidden)

    def embedded(self):
        """The rows, and where each document begins and the last one ends."""
        rows, g = super().embedded(), self.g
        ends = g.op("Add", self.cls, self.lengths)
        last = g.op("Slice", ends, *(g.constant([n], np.int64) for n in (-1, 2**31 - 1)))
        self.starts = g.op("Concat", self.cls, last, axis=0)
        return rows

    def layer(self, i, x):
        g, qkv = self.g, f"{i}.qkv"
        q, k, v = g.split(self.products.run(qkv, self.products.prepared(qkv, x)), axis=1, count=3)
        context = g.microsoft("PackedMultiHeadAttention", q, k, v, "", self.gather, self.starts, num_heads=self.heads)
        return self._after_attention(i, context, x)
