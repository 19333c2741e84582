"""The one weights file of a bundle: tensors one after another, each at an aligned offset, shared by all graphs.

Large tensors start on a page (4,096 bytes), so that they can be mapped; small ones on 64 bytes.
"""
import hashlib

import numpy as np

from . import paths

PAGE, LINE = 4096, 64


class WeightsFile:
    """Collects arrays by name; `offsets` says where each lies once added."""

    def __init__(self):
        self._bytes = bytearray()
        self.entries = {}

    def add(self, name, array):
        """Appends an array (C order; float32 or int8). Its offset is fixed at once."""
        array = np.ascontiguousarray(array)
        align = PAGE if array.nbytes >= PAGE else LINE
        self._bytes += b"\0" * (-len(self._bytes) % align)
        self.entries[name] = (len(self._bytes), array.nbytes, array.dtype, array.shape)
        self._bytes += array.tobytes()

    def write(self, path):
        """Writes the file and returns its SHA-256 in hex."""
        paths.replace(path, bytes(self._bytes))
        return self.sha256()

    def sha256(self):
        return hashlib.sha256(self._bytes).hexdigest()
