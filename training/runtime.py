"""Runs exported graphs in ONNX Runtime, through Node (there is no ONNX Runtime for Debian's Python)."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from . import batches


def _package():
    """The unpacked npm package onnxruntime-node 1.30.0: $SLUICE_ORT_NODE, else the set-up's cache."""
    default = Path.home() / ".cache" / "sluice" / "onnxruntime-node-1.30.0" / "package"
    return os.environ.get("SLUICE_ORT_NODE", str(default))


def logits(graph, documents, groups=None, threads=1):
    """Logits [N, C] of id lists; `groups` are the batches (lists of document numbers), by default near-equal lengths."""
    return outputs(graph, documents, "logits", groups, threads)


def outputs(graph, documents, output, groups=None, threads=1):
    """The float32 output [N, columns] of that name, documents and batches as for `logits`."""
    return _run("run_graphs.mjs", {"graph": str(Path(graph).resolve()), "output": output}, documents, groups, threads)


def prefixes(students, heads, documents, groups=None, threads=1):
    """Logits [n][N, C] of every prefix of a student group, from its graphs in order."""
    paths = {"students": [str(Path(p).resolve()) for p in students], "heads": [str(Path(p).resolve()) for p in heads]}
    rows = _run("run_students.mjs", paths, documents, groups, threads)
    return rows.reshape(len(documents), len(students), -1).transpose(1, 0, 2)


def _run(script, job, documents, groups, threads):
    groups = groups or batches.in_order([len(d) for d in documents], rows=16, tokens=2048)
    with tempfile.TemporaryDirectory() as folder:
        written, out = Path(folder) / "job.json", Path(folder) / "out.bin"
        written.write_text(json.dumps(job | {
            "runtime": _package(), "documents": documents, "batches": groups, "out": str(out), "threads": threads}))
        subprocess.run(["node", str(Path(__file__).with_name(script)), str(written)], check=True)
        return np.fromfile(out, np.float32).reshape(len(documents), -1)
