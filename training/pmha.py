"""The packed float16 graph with ONNX Runtime's own packed attention, for CUDA alone: a baseline that is measured there, never served."""
from .packed import Packed
from .products import Half


class OwnPacked(Packed):
    """Inputs and output as Packed's. RemovePadding finds once where the tokens lie, PackedMultiHeadAttention reads them as they lie."""

    def __init__(self, graph, layers, heads, hidden):
        super().__init__(graph, Half(graph, whole=True), layers, heads, hidden)

    def embedded(self):
        """Also where the tokens lie: the place of each in [B, S], first those of tokens, then the rest; and where documents begin."""
        x = super().embedded()
        padded = self.g.op("Gather", x, self.gather)
        rows, self.places, self.starts, _ = self.g.microsoft("RemovePadding", padded, self.lengths, count=4)
        return rows

    def layer(self, i, x):
        g, qkv = self.g, f"{i}.qkv"
        q, k, v = g.split(self.products.run(qkv, self.products.prepared(qkv, x)), axis=1, count=3)
        context = g.microsoft("PackedMultiHeadAttention", q, k, v, "", self.places, self.starts, num_heads=self.heads)
        return self._after_attention(i, context, x)
