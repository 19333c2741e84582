"""The first students of a group and their head as one graph, weights stacked [N, in, out]: one launch serves all of them.

For a GPU, where launches are what a small batch waits for (docs/students.md, "On a GPU"). The inputs are the packed ones, the output is
logits[B, C].
"""
import numpy as np
from onnx import TensorProto

from ..packed import EPSILON, Packed


class StackedGraph(Packed):
    """float32 or float16. Rows are [N, T, H] from the first product on; before it all students read the same rows [T, H]. N falls where
    the shallower ones end."""

    def __init__(self, graph, products, shapes, hidden):
        """products: Float or Half, of which the stacked products take the type. shapes: of each student, none deeper than the next, with a
        last layer that runs for every token."""
        super().__init__(graph, products, shapes[-1].layers, shapes[0].heads, hidden)
        assert not any(shape.cls_only for shape in shapes), "a swift student is a graph of its own"
        self.depths, self.students = [shape.layers for shape in shapes], None
        assert self.depths == sorted(self.depths) and len({shape.heads for shape in shapes}) == 1, shapes

    def build(self, head, labels):
        """Output logits [B, labels] by the head of that name."""
        g, x, total = self.g, self.embedded(), None
        self.lengths_of_one = self.counts
        for depth in sorted(set(self.depths)):
            self._go_on([k for k, layers in enumerate(self.depths, 1) if layers >= depth])
            first = max((layers for layers in self.depths if layers < depth), default=0)
            for i in range(first, depth):
                x = self.layer(i, x)
            ending = self.depths.count(depth)
            rest = len(self.students) - ending
            if rest:
                x, further = self._slice(x, 0, ending), self._slice(x, ending, ending + rest)
                self._go_on(self.students[:ending])
            found = self._features(x, depth - 1)
            total, x = found if total is None else g.op("Add", total, found), further if rest else None
        g.op("Gemm", total, g.weight(head + "weight"), g.weight(head + "bias"), out="logits")
        g.output("logits", "B", labels)

    def _slice(self, x, first, end):
        """Rows of students first..end-1 of those that are here."""
        return self.g.op("Slice", x, *(self.g.constant([n], np.int64) for n in (first, end, 0)))

    def _features(self, x, i):
        """Sum of the vectors of the students whose last layer is i: [N, T, H] -> [B, H]."""
        g = self.g
        mapped = g.op("MatMul", g.single(self._pool(x, i)), self._stacked(f"pool{i}.weight"))
        parts = g.op("Add", mapped, self._stacked("vector.bias", rows=True))
        return g.op("ReduceSum", parts, g.constant([0], np.int64), keepdims=0)

    def layer(self, i, x):
        """Layer i of every student: rows [T, H] or [N, T, H] -> [N, T, H]."""
        g = self.g
        asked = (self._places(part) for part in g.split(self._product(f"{i}.qkv", x), axis=2, count=3))
        context = g.op("Gather", self._flat(self._attend(*asked)), self.every_scatter)
        x = self._norm(f"{i}.norm1", self._product(f"{i}.out", context), x)
        inner = g.microsoft("Gelu", self._product(f"{i}.up", x))
        return self._norm(f"{i}.norm2", self._product(f"{i}.down", inner), x)

    def _go_on(self, students):
        """These students are those whose rows follow: numbers from 1."""
        if students != self.students:
            self.students = students
            self._repeat_indices()

    def _repeat_indices(self):
        """The packed inputs for the students, one after another: gather [N B, S] into rows [N T], scatter [N, T] into places [N B S],
        lengths [N B]."""
        g, numbers = self.g, np.arange(len(self.students))
        self.documents, self.longest = (g.op("Shape", self.gather, start=axis, end=axis + 1) for axis in (0, 1))
        of_rows, of_places = g.op("Shape", self.scatter), g.op("Mul", self.documents, self.longest)
        first_row, first_place = (g.op("Cast", size, to=TensorProto.INT32) for size in (of_rows, of_places))
        every = g.op("Add", self.gather, g.op("Mul", g.constant(numbers[:, None, None], np.int32), first_row))
        self.every_gather = g.op("Reshape", every, g.op("Concat", g.constant([-1], np.int64), self.longest, axis=0))
        self.every_scatter = g.op("Add", self.scatter, g.op("Mul", g.constant(numbers[:, None], np.int32), first_place))
        self.counts = g.op("Tile", self.lengths_of_one, g.constant([len(self.students)], np.int64))

    def _places(self, rows):
        """[N, T, H] -> [N B, S, H]."""
        return self.g.op("Gather", self._flat(rows), self.every_gather)

    def _pool(self, x, i):
        """Each student's learnt query, after layer i, over its rows of each document: [N, T, H] -> [N, B, H]."""
        g = self.g
        each = g.op("Concat", g.constant([len(self.students)], np.int64), self.documents, g.constant([self.hidden], np.int64), axis=0)
        query = g.op("Expand", g.alike(self._stacked(f"pool{i}.query"), x), each)
        keys = self._places(x)
        found = self._attend(g.op("Reshape", query, g.constant([-1, 1, self.hidden], np.int64)), keys, keys)
        return g.op("Reshape", found, each)

    def _product(self, name, x):
        g, x = self.g, self.products.prepared(name, x)
        y = g.op("MatMul", x, g.alike(self._joined(g.dequantized, name), x))
        return g.op("Add", y, g.alike(self._stacked(f"{name}.bias", rows=True), x))

    def _norm(self, name, y, x):
        g = self.g
        ones = g.alike(g.constant(np.ones(self.hidden), np.float32), x)
        flat = g.op("LayerNormalization", g.op("Add", g.alike(y, x), x), ones, epsilon=EPSILON)
        scaled = g.op("Mul", flat, g.alike(self._stacked(f"{name}.gain", rows=True), x))
        return g.op("Add", scaled, g.alike(self._stacked(f"{name}.shift", rows=True), x))

    def _stacked(self, name, rows=False):
        """The students' tensors of that name as [N, ...]; with `rows`, vectors as [N, 1, width]."""
        return self._joined(self.g.weight, name, [0, 1] if rows else [0])

    def _joined(self, read, name, axes=(0,)):
        """ONNX Runtime folds it when it loads."""
        g = self.g
        each = (g.op("Unsqueeze", read(f"student{k}/{name}"), g.constant(list(axes), np.int64)) for k in self.students)
        return g.op("Concat", *each, axis=0)
