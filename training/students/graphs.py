"""The graphs of students and heads (training/README.md, "The student graphs"), packed as the teacher's."""
from onnx import TensorProto, helper

from ..packed import Packed


class StudentGraph(Packed):
    """One student's graph over the packed inputs. prefix: what its weights' names begin with, such as `student2/`; how: as for Packed."""

    def __init__(self, graph, products, shape, hidden, prefix, **how):
        super().__init__(graph, products, shape.layers, shape.heads, hidden, **how)
        self.shape, self.prefix = shape, prefix

    def build_features(self):
        """Output features [B, H]: the student's part of the teacher's [CLS] vector, scaled by a_k."""
        self._features(out="features")
        self.g.output("features", "B", self.hidden)

    def build_logits(self, head, labels):
        """Output logits [B, labels] by the head of that name: a model of its own."""
        g = self.g
        g.op("Gemm", self._features(), g.weight(head + "weight"), g.weight(head + "bias"), out="logits")
        g.output("logits", "B", labels)

    def _features(self, out=None):
        x, last, parts = self.embedded(), self.shape.layers - 1, []
        for i in range(last + 1):
            cls_only = self.shape.cls_only and i == last
            x = (self.last if cls_only else self.layer)(f"{self.prefix}{i}", x)
            if i in self.shape.pools:
                parts.append((f"pool{i}", self._pooled(i, x)))
        if self.shape.cls_only:
            parts.append(("vector", x))
        total = self._weight("vector.bias")
        for k, (name, rows) in enumerate(parts, 1):
            total = self.g.op("Gemm", self.g.single(rows), self._weight(f"{name}.weight"), total, out=out if k == len(parts) else None)
        return total

    def _weight(self, name):
        return self.g.weight(self.prefix + name)

    def _pooled(self, i, x):
        """Attention with one learnt query over each document's rows: [T, H] -> [B, H]; padded places take no part."""
        g = self.g
        # A row of zeros for each document picks the one query that there is as often as there are documents.
        query = g.op("Gather", g.alike(self._weight(f"pool{i}.query"), x), g.op("Sub", self.cls, self.cls))
        return self._one_query(query, x, x)


def build_head(graph, head, hidden, labels):
    """The graph of a prefix's head: input features [B, H] float32 (the sum over the prefix), output logits [B, labels]."""
    graph.inputs.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, ["B", hidden]))
    graph.op("Gemm", "features", graph.weight(head + "weight"), graph.weight(head + "bias"), out="logits")
    graph.output("logits", "B", labels)
