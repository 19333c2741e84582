"""Students as a bundle's graphs, golden logits and section of the manifest (training/README.md, "The student graphs")."""
import json
from dataclasses import dataclass, field

import torch

from .. import batches, products
from ..bundle import on_the_grid
from . import arrays, graphs, stacked


@dataclass
class Settled:
    """A trained group as it is exported. static: for each student, product -> (scale, zero point); starts: the teacher's layers, from 1."""

    group: object
    static: list
    starts: list
    figures: dict = field(default_factory=dict)

    def own(self, k):
        """Student k's parameters (from 1) with their products on the int8 grid."""
        student = self.group.students[k - 1]
        return on_the_grid(student.own, student.net.grid)


class Students:
    """What a bundle.Writer needs of the students. group: Settled of all prefixes; swift: Settled group of one."""

    def __init__(self, group, swift, labels):
        self.parts = {f"student{k}/": (group, k) for k in range(1, len(group.group.students) + 1)} | {"swift/": (swift, 1)}
        self.group, self.swift, self.labels = group, swift, labels
        self.count, self.hidden = len(group.group.students), group.group.zbar.numel()

    def arrays(self):
        """Arrays of the weights file by name."""
        found = {}
        for prefix, (settled, k) in self.parts.items():
            found |= arrays.of_student(prefix, settled.own(k), settled.group.students[k - 1].net.grid, settled.group.shape_of(k))
        for n, head in enumerate(self.group.group.heads, 1):
            found |= arrays.of_head(f"head{n}.", *head, self.group.group.zbar)
        return found | arrays.of_head("swift/head.", *self.swift.group.heads[0], self.swift.group.zbar)

    def graphs(self):
        """The manifest's `graphs` beside the teacher's."""
        found = {f"student.{k}": {p: f"student.{k}.{p}.onnx" for p in ("int8", "fp32")} for k in range(1, self.count + 1)}
        found |= {f"head.{k}": {"fp32": f"head.{k}.onnx"} for k in range(1, self.count + 1)}
        found |= {f"group.{k}": {"fp32": f"group.{k}.fp32.onnx"} for k in range(1, self.count + 1)}
        return found | {"swift": {p: f"swift.{p}.onnx" for p in ("int8", "fp32")}}

    def write_graphs(self, writer):
        """Every graph, through the bundle's writer."""
        for prefix, (settled, k) in self.parts.items():
            role = f"student.{k}" if settled is self.group else "swift"
            for precision in ("int8", "fp32"):
                writer.save(self._student(prefix, settled, k, precision), f"{role}.{precision}.onnx", role, precision)
        for n in range(1, self.count + 1):
            build = lambda graph, head=f"head{n}.": graphs.build_head(graph, head, self.hidden, self.labels)
            writer.save(build, f"head.{n}.onnx", f"head.{n}", "fp32")
            writer.save(self._stacked(n), f"group.{n}.fp32.onnx", f"group.{n}", "fp32")

    def _stacked(self, n):
        shapes = [self.group.group.shape_of(k) for k in range(1, n + 1)]
        return lambda graph: stacked.StackedGraph(graph, products.Float(graph), shapes, self.hidden).build(f"head{n}.", self.labels)

    def _student(self, prefix, settled, k, precision):
        static = {prefix + product: scale for product, scale in settled.static[k - 1].items()}

        def build(graph):
            arithmetic = products.Static(graph, static) if precision == "int8" else products.Float(graph)
            made = graphs.StudentGraph(graph, arithmetic, settled.group.shape_of(k), self.hidden, prefix, fused=precision == "int8")
            made.build_logits("swift/head.", self.labels) if prefix == "swift/" else made.build_features()
        return build

    @torch.no_grad()
    def write_golden(self, path, documents):
        """PyTorch's float32 logits of every mode, a line for each of golden.jsonl's."""
        models = {prefix: _float(settled, k) for prefix, (settled, k) in self.parts.items()}
        with open(path, "w") as out:
            for ids in documents:
                batch, zbar = batches.padded([ids]), self.group.group.zbar
                vector, prefixes = zbar[None], []
                for n in range(1, self.count + 1):
                    vector = vector + models[f"student{n}/"].features(*batch)
                    prefixes.append(_rounded(self.group.group.logits(vector, n)))
                swift = self.swift.group.logits(self.swift.group.zbar + models["swift/"].features(*batch), 1)
                out.write(json.dumps({"prefixes": prefixes, "swift": _rounded(swift)}, separators=(",", ":")) + "\n")

    def section(self):
        """The manifest's `students`."""
        shape_of, figures = self.group.group.shape_of, self.group.figures
        members = [{"student": k, **_sizes(shape_of(k)), "scale": round(scale, 6), "parameters": _count(self.group, k), "start": start}
                   for k, (scale, start) in enumerate(zip(self.group.group.scales, self.group.starts), 1)]
        prefixes = [{"students": n, **figures.get(f"students:{n}", {})} for n in range(1, self.count + 1)]
        found = {"count": self.count, "members": members, "prefixes": prefixes,
                 "swift": {**_sizes(self.swift.group.shape_of(1)), "parameters": _count(self.swift, 1), **figures.get("swift", {})}}
        return found | ({"teacher": figures["teacher"]} if "teacher" in figures else {})


def _rounded(logits):
    return [round(x, 6) for x in logits[0].tolist()]


def _sizes(shape):
    return {"layers": shape.layers, "heads": shape.heads, "intermediate": list(shape.inner)}


def _count(settled, k):
    return sum(t.numel() for t in settled.group.students[k - 1].own.values())


def _float(settled, k):
    """The student that the fp32 graph must equal."""
    from .student import Student

    return Student(settled.own(k), settled.group.tables, settled.group.shape_of(k))
