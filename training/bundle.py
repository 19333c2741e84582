"""Writes a bundle: models/NAME with its manifest, vocabulary, one weights file, graphs and golden logits."""
import hashlib
import json
import shutil
from dataclasses import dataclass, field

import torch

from . import batches, encoder, half, products, quantize, weights
from .graph import SERVED_OPSET, Graph
from .packed import Packed
from .padded import Padded

FORMAT = 1


@dataclass
class Source:
    """What a bundle is made of. grid: weight scales by product; static: product -> (scale, zero);
    rows: products with a row's scale instead."""

    id: str
    version: str
    task: str
    labels: list
    max_tokens: int
    vocabulary: object
    parameters: dict
    heads: int
    grid: dict
    static: dict
    rows: tuple = ()
    training: dict = field(default_factory=dict)
    accuracy: dict = field(default_factory=dict)


def on_the_grid(parameters, grid):
    """The parameters with every product's weights exactly as a bundle stores them, in float32."""
    p = {k: v.detach() for k, v in parameters.items()}
    for name, scales in grid.items():
        p[name + ".weight"] = quantize.to_int8(p[name + ".weight"], scales).float() * scales
    return p


def float_model(source):
    """The encoder that the fp32 graph must equal."""
    return encoder.Encoder(on_the_grid(source.parameters, source.grid), source.heads)


def activations(source):
    """How the served int8 graph scales its activations: `static`, `row` or `mixed`."""
    return "static" if not source.rows else "row" if len(source.rows) == len(source.grid) else "mixed"


class Writer:
    """Writes the files of one bundle into a folder."""

    def __init__(self, source, folder, students=None):
        """students: the students.export.Students that the bundle holds too, if any."""
        self.s, self.folder, self.students = source, folder, students
        folder.mkdir(parents=True, exist_ok=True)
        arrays = weights.arrays_of(source.parameters, source.grid)
        self.weights = weights.file_of(arrays | (students.arrays() if students else {}))
        self.layers = sum(1 for k in source.parameters if k.endswith(".qkv.weight"))
        self.hidden = source.parameters["norm.gain"].numel()

    def write(self, golden_texts, tokenizer, baselines=("teacher", "student")):
        """All files but the accuracy in the manifest. golden_texts: documents whose logits are kept; baselines: see training/README.md."""
        shutil.copyfile(self.s.vocabulary, self.folder / "vocab.txt")
        self.weights.write(self.folder / "weights.bin")
        self._graphs(baselines)
        if self.students:
            self.students.write_graphs(self)
        self._golden(golden_texts, tokenizer)
        self.manifest()

    def save(self, build, path, role, precision, opset=SERVED_OPSET):
        """Writes one graph over the bundle's weights. build: called with the Graph."""
        graph = Graph(self.weights, "weights.bin", opset)  # in the same folder: ONNX Runtime refuses data outside the model's own
        build(graph)
        graph.save(self.folder / path, {"id": self.s.id, "version": self.s.version, "role": role, "precision": precision,
                            "labels": json.dumps(self.s.labels), "maxTokens": str(self.s.max_tokens),
                            "vocabularySha256": _sha256(self.s.vocabulary), "weightsSha256": self.weights.sha256()})

    def _packed(self, arithmetic, layers, **shape):
        def build(graph):
            Packed(graph, arithmetic(graph), layers, self.s.heads, self.hidden, **shape).build(len(self.s.labels))
        return build

    def _padded(self, layers, **shape):
        return lambda graph: Padded(graph, layers, self.s.heads, **shape).build(len(self.s.labels))

    def _graphs(self, baselines):
        s = self.s
        served = (lambda g: products.Mixed(g, s.static, s.rows)) if s.rows else (lambda g: products.Static(g, s.static))
        self.save(self._packed(served, self.layers, fused=True), "teacher.int8.onnx", "teacher", "int8")
        self.save(self._packed(products.Float, self.layers), "teacher.fp32.onnx", "teacher", "fp32")
        for role in baselines:
            layers = {"teacher": self.layers, "student": 2}[role]
            static = lambda g: products.Static(g, s.static)
            rows = {
                "padded-fp32": self._padded(layers),
                "padded-dynamic-int8": self._padded(layers, dynamic=True),
                "padded-fp32-layernorm": self._padded(layers, skip=False),
                "packed-fp32-skipln": self._packed(products.Float, layers, skip=True, cls_only=False),
                "packed-fp32-cls-skipln": self._packed(products.Float, layers, skip=True),
                "packed-fp32-cls": self._packed(products.Float, layers),
                "packed-int8-static": self._packed(static, layers),
                "packed-int8-row": self._packed(products.Row, layers),
            }
            for name, build in rows.items():
                self.save(build, f"baseline-{role}-{name}.onnx", f"baseline {role}", "int8" if "int8" in name else "fp32", opset=17)

    def _golden(self, texts, tokenizer):
        model, documents = float_model(self.s), [tokenizer.framed(text, self.s.max_tokens) for text in texts]
        with open(self.folder / "golden.jsonl", "w") as out, torch.no_grad():
            for text, ids in zip(texts, documents):
                logits = model.logits(*batches.padded([ids]))[0].tolist()
                out.write(json.dumps({"text": text, "ids": ids, "logits": [round(x, 6) for x in logits]}, separators=(",", ":")) + "\n")
        if self.students:
            self.students.write_golden(self.folder / "golden.students.jsonl", documents)

    def manifest(self):
        """Writes manifest.json over the files that are there now, and the float16 graphs beside them."""
        s = self.s
        files = sorted(p for p in self.folder.rglob("*") if p.is_file() and p.name != "manifest.json")
        content = {
            "format": FORMAT, "id": s.id, "version": s.version, "task": s.task, "labels": s.labels, "maxTokens": s.max_tokens,
            "tokenizer": {"kind": "wordpiece", "vocabulary": "vocab.txt", "lowercase": True},
            "encoder": {"layers": self.layers, "hidden": self.hidden, "heads": s.heads,
                        "intermediate": s.parameters["0.up.weight"].shape[0],
                        "vocabularySize": s.parameters["words"].shape[0], "maxPositions": s.parameters["places"].shape[0]},
            "weights": "weights.bin",
            "graphs": {"teacher": {"int8": "teacher.int8.onnx", "fp32": "teacher.fp32.onnx"}}
                      | (self.students.graphs() if self.students else {}),
            "files": {str(p.relative_to(self.folder)): {"sha256": _sha256(p), "bytes": p.stat().st_size} for p in files},
            "int8": {"activations": activations(s), "maxAbsWeight": quantize.WEIGHT_LIMIT},
            "training": s.training, "accuracy": s.accuracy,
        }
        if self.students:
            content["students"] = self.students.section()
        (self.folder / "manifest.json").write_text(json.dumps(content, indent=2) + "\n")
        half.run(self.folder)


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
