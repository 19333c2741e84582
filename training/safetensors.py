"""Reads Hugging Face's safetensors files: 8 bytes of length, a header in JSON, the arrays one after another."""
import json

import numpy as np
import torch

KINDS = {"F32": np.float32, "F16": np.float16}


def load(path):
    """The arrays of a file by name, as float32 tensors; those of whole numbers (position ids) are left out."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    return {name: torch.from_numpy(_array(data, begin, entry).astype(np.float32)) for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] in KINDS}


def _array(data, begin, entry):
    kind, (first, end) = np.dtype(KINDS[entry["dtype"]]), entry["data_offsets"]
    return np.frombuffer(data, kind, (end - first) // kind.itemsize, begin + first).reshape(entry["shape"])
