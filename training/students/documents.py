"""Training documents and transfer texts as one numbered list, with the teacher's vectors, cut into batches."""
from dataclasses import dataclass

import numpy as np
import torch

from .. import batches
from . import transfer


@dataclass
class Batch:
    """ids [B, S], lengths [B], the teacher's vectors z [B, H] float32, labels [B] (transfer.UNLABELLED where a text was made)."""

    ids: torch.Tensor
    lengths: torch.Tensor
    z: torch.Tensor
    labels: torch.Tensor


class Documents:
    """The parts named, one after another; a part named twice counts twice. `train`, `dev` and `held` bring labels."""

    def __init__(self, name, parts):
        self.ids, self.labels, vectors = [], [], []
        for part in parts:
            ids, z, labels = transfer.part(name, part)
            self.ids += ids
            self.labels += labels
            vectors.append(z)
        self.z = np.concatenate(vectors)
        self.lengths = [len(d) for d in self.ids]

    def batch(self, chosen):
        """The Batch of these document numbers."""
        ids, lengths = batches.padded([self.ids[n] for n in chosen])
        return Batch(ids, lengths, torch.from_numpy(self.z[chosen].astype(np.float32)), torch.tensor([self.labels[n] for n in chosen]))

    def plan(self, tokens, rows, seed):
        """Shuffled batches that hold about `tokens` tokens in all; more than there are means more than one pass. Deterministic."""
        steps, passes = [], 0
        while tokens > 0:
            for chosen in batches.epoch(self.lengths, rows, 4096, seed * 100 + passes):
                steps.append(chosen)
                tokens -= sum(self.lengths[n] for n in chosen)
                if tokens <= 0:
                    break
            passes += 1
        return steps

    def sample(self, count, rows=32):
        """`count` documents spread evenly over all parts, as batches in order of length."""
        chosen = np.linspace(0, len(self.ids) - 1, min(count, len(self.ids))).astype(int).tolist()
        lengths = [self.lengths[n] for n in chosen]
        return [self.batch([chosen[n] for n in places]) for places in batches.in_order(lengths, rows)]

    def all(self, rows=64):
        """Every document once: (numbers, Batch)."""
        return ((chosen, self.batch(chosen)) for chosen in batches.in_order(self.lengths, rows))
