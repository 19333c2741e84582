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
    groups = groups or batches.in_order([len(d) for d in documents], rows=16, tokens=2048)
    with tempfile.TemporaryDirectory() as folder:
        job, out = Path(folder) / "job.json", Path(folder) / "logits.bin"
        job.write_text(json.dumps({"runtime": _package(), "graph": str(Path(graph).resolve()), "documents": documents,
                                   "batches": groups, "out": str(out), "threads": threads}))
        subprocess.run(["node", str(Path(__file__).with_name("run_graphs.mjs")), str(job)], check=True)
        return np.fromfile(out, np.float32).reshape(len(documents), -1)
