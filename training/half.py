"""The float16 graphs of a bundle, for a GPU, from what lies in its folder: the fp32 graphs say where each weight is, so no checkpoint is
needed, and `weights.bin` stays as it is."""
import hashlib
import json

import onnx

from . import paths
from .graph import SERVED_OPSET, TYPES, Graph
from .packed import Packed
from .padded import Padded
from .pmha import OwnPacked
from .products import Half
from .students import graphs, stacked
from .students.student import Shape


class Stored:
    """Tensors of a weights file by name, as WeightsFile has them: (offset, bytes, type, shape)."""

    def __init__(self, models):
        kinds = {value: kind for kind, value in TYPES.items()}
        self.entries = {}
        for tensor in (tensor for model in models for tensor in model.graph.initializer if tensor.external_data):
            at = {entry.key: entry.value for entry in tensor.external_data}
            self.entries[tensor.name] = int(at["offset"]), int(at["length"]), kinds[tensor.data_type], tuple(tensor.dims)


def _builders(manifest, entries):
    """Served graphs as role -> build(Graph), and baselines as name -> (role, opset, build)."""
    encoder, labels, students = manifest["encoder"], len(manifest["labels"]), manifest.get("students")
    layers, heads, hidden = encoder["layers"], encoder["heads"], encoder["hidden"]
    fused = lambda graph: Half(graph, fused=True)
    packed = lambda make=fused, skip=True: lambda g: Packed(g, make(g), layers, heads, hidden, skip).build(labels)
    padded = lambda depth: lambda g: Padded(g, depth, heads, half=True).build(labels)
    served = {"teacher": packed()}
    if students:
        shapes = [Shape(one["heads"], tuple(one["intermediate"])) for one in students["members"]]
        swift = Shape(students["swift"]["heads"], tuple(students["swift"]["intermediate"]), "swift/vector.weight" in entries)
        student = lambda g, shape, prefix: graphs.StudentGraph(g, fused(g), shape, hidden, prefix, skip=True)
        for k, shape in enumerate(shapes, 1):
            served[f"student.{k}"] = lambda g, k=k, shape=shape: student(g, shape, f"student{k}/").build_features()
            served[f"group.{k}"] = lambda g, k=k: stacked.StackedGraph(g, Half(g), shapes[:k], hidden).build(f"head{k}.", labels)
        served["swift"] = lambda g: student(g, swift, "swift/").build_logits("swift/head.", labels)
    baselines = {
        "teacher-packed-fp16-mha": ("teacher", 17, packed()),
        "teacher-packed-fp16-apart": ("teacher", SERVED_OPSET, packed(Half, skip=False)),
        "teacher-packed-fp16-norm32": ("teacher", SERVED_OPSET, packed(lambda g: Half(g, whole=False), skip=False)),
        "teacher-packed-fp16-pmha": ("teacher", SERVED_OPSET, lambda g: OwnPacked(g, layers, heads, hidden).build(labels)),
        "teacher-padded-fp16": ("teacher", 17, padded(layers)),
        "student-padded-fp16": ("student", 17, padded(2)),
    }
    return served, baselines


def run(folder):
    """Writes every float16 graph of the bundle in `folder` and adds them to its manifest, in which nothing else changes."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    models = {role: onnx.load(str(folder / files["fp32"]), load_external_data=False)
              for role, files in manifest["graphs"].items() if "fp32" in files}
    stored = Stored(models.values())
    metadata = {entry.key: entry.value for entry in models["teacher"].metadata_props}
    served, baselines = _builders(manifest, stored.entries)
    for name in [name for name in manifest["files"] if "fp16" in name and name.endswith(".onnx")]:
        del manifest["files"][name]
        (folder / name).unlink(missing_ok=True)

    def write(name, role, opset, build):
        graph = Graph(stored, manifest["weights"], opset)
        build(graph)
        graph.save(folder / name, metadata | {"role": role, "precision": "fp16"})
        content = (folder / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}

    for role, build in served.items():
        name = manifest["graphs"][role]["fp16"] = f"{role}.fp16.onnx"
        write(name, role, SERVED_OPSET, build)
    for name, (role, opset, build) in baselines.items():
        if (folder / f"baseline-{role}-padded-fp32.onnx").exists():
            write(f"baseline-{name}.onnx", f"baseline {role}", opset, build)
    manifest["files"] = dict(sorted(manifest["files"].items()))
    paths.replace(path, (json.dumps(manifest, indent=2) + "\n").encode())
