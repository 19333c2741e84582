"""One student: the teacher's embeddings, two encoder layers of its own or more, a pooling, and an H-vector.

A group's student computes its last layer for all tokens and pools them; the swift student computes it for [CLS] only and adds a pooling of
the first layer's rows. A pooling is attention with one learnt query, heads wide as the layers' (a query of zeros is the mean), so that the
graph's MultiHeadAttention computes it without padded tokens taking part.
"""
from dataclasses import dataclass

import torch

from .. import encoder

SHARED = ("words", "places", "norm.gain", "norm.shift")  # the teacher's, frozen and stored once


@dataclass(frozen=True)
class Shape:
    """What a student is made of. `inner`: feed-forward width of each layer; `cls_only`: the last layer runs for [CLS] rows alone."""

    heads: int = 6
    inner: tuple = (512, 512)
    cls_only: bool = False

    @property
    def layers(self):
        return len(self.inner)

    @property
    def pools(self):
        """The layers whose rows are pooled into the vector."""
        return (self.layers - 2,) if self.cls_only else (self.layers - 1,)


class Student:
    """Runs a student. own: its parameters, tables: the shared ones. `net.grid` and `net.activation` work as in Encoder."""

    def __init__(self, own, tables, shape, half=False):
        self.own, self.shape = own, shape
        self.net = encoder.Encoder({**tables, **own}, shape.heads, half)

    def rows(self, ids, lengths):
        """What the vector is made of, by the name of its map: pooled rows, and [CLS] of a last layer run for it alone; each [B, H]."""
        net, last, found = self.net, self.shape.layers - 1, {}
        batch, mask, x = len(ids), net.mask(ids, lengths), net.embed(ids)
        for i in range(last + 1):
            x = net.layer(i, x, batch, mask, first_only=self.shape.cls_only and i == last)
            if i in self.shape.pools:
                found[f"pool{i}"] = self._pooled(i, x.view(batch, -1, x.shape[1]), mask)
        return found | {"vector": x} if self.shape.cls_only else found

    def features(self, ids, lengths):
        """ids [B, S] int64 (0 = padding), lengths [B] -> the student's part of the teacher's [CLS] vector, [B, H]."""
        return self.own["vector.bias"] + sum(x @ self.own[f"{name}.weight"].t() for name, x in self.rows(ids, lengths).items())

    def _pooled(self, i, x, mask):
        """x [B, S, H] -> [B, H], each head's columns weighted by its own softmax over the document's tokens."""
        heads = self.shape.heads
        split = x.view(*x.shape[:2], heads, -1)
        scores = (split * self.own[f"pool{i}.query"].view(heads, -1)).sum(3) * split.shape[3] ** -0.5
        shares = torch.softmax(scores + mask[:, 0, 0, :, None], 1)
        return (split * shares[..., None]).sum(1).flatten(1)
