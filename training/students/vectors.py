"""The teacher's [CLS] vectors of many documents, from a graph in ONNX Runtime: the int8 graph runs several times faster than PyTorch
does.
"""
from .. import batches, paths, products, runtime, sources, weights
from ..graph import SERVED_OPSET, Graph
from ..packed import Packed


class Teacher:
    """The settled teacher of a task as two graphs, fp32 and int8, that give vectors [B, H] in place of logits."""

    def __init__(self, task, name):
        self.source = sources.source_of(task, name, "vectors")
        self.folder = paths.cache() / name / "vectors"
        self.folder.mkdir(parents=True, exist_ok=True)
        stored = weights.file_of(weights.arrays_of(self.source.parameters, self.source.grid))
        stored.write(self.folder / "weights.bin")
        arithmetic = {"fp32": products.Float, "int8": lambda g: products.Mixed(g, self.source.static, self.source.rows)}
        for precision, make in arithmetic.items():
            graph = Graph(stored, opset=SERVED_OPSET)
            p = self.source.parameters
            layers = sum(1 for k in p if k.endswith(".qkv.weight"))
            Packed(graph, make(graph), layers, self.source.heads, p["norm.gain"].numel()).build_vectors()
            graph.save(self.folder / f"{precision}.onnx", {"role": "teacher's vectors"})

    def vectors(self, documents, precision):
        """Id lists -> float32 [N, H]."""
        groups = batches.in_order([len(d) for d in documents])
        return runtime.outputs(self.folder / f"{precision}.onnx", documents, "vectors", groups, threads=2)
