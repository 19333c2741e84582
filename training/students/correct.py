"""The joint corrective pass (docs/students.md, "The recipe"): all students and heads together, over random prefixes.

In its last part the weights move to the bundle's int8 grid, and then the activations to the ranges that the bundle will hold, as
finetune.py and settle.py do for the teacher; gradients pass straight through both.
"""
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from .. import batches, calibrate, encoder, quantize
from .boost import divergence
from .loop import Loop
from .transfer import UNLABELLED


class Rounding:
    """Rounds the input of each product to 8 bits, as the graph does. static: product -> (scale, zero point). Gradients pass inside the
    range."""

    def __init__(self, static):
        self.static = static

    def __call__(self, name, x):
        scale, zero = self.static[name]
        inside = x.clamp(-zero * scale, (255 - zero) * scale)
        return inside + ((inside / scale).round() * scale - inside).detach()


def put_on_grid(group):
    """Fixes each product's weight scales as they are now, and lets the forward passes round to them. Returns the scales of each student."""
    for student in group.students:
        student.net.grid = {n: quantize.scales_of(student.own[n + ".weight"]) for n in encoder.names_of_products(student.shape.layers)}
    return [student.net.grid for student in group.students]


@torch.no_grad()
def recorders(group, documents):
    """A calibrate.Recorder for each student that has seen its activations over id lists, each run alone so that no padding counts."""
    found = []
    for student in group.students:
        student.net.activation = recorder = calibrate.Recorder()
        for document in documents:
            student.features(*batches.padded([document]))
        student.net.activation = None
        found.append(recorder)
    return found


def train(group, recipe, number, documents, calibration, folder, log):
    """Runs pass `number` (from 1). calibration: id lists whose activations set the ranges."""
    size, sigma = len(group.students), float(documents.z[:20000].astype(np.float32).std(0).mean())
    plan = documents.plan(recipe.tokens, recipe.rows, recipe.seed)
    prefixes = np.random.default_rng(recipe.seed).permutation(_prefixes(len(plan), size))
    loop = Loop(folder / f"correct{number}.pt", f"correct{number}", group.trained(), documents, plan, recipe.rates, log)
    log(stage=f"correct{number}", steps=len(plan), tokens=recipe.tokens, seed=recipe.seed)
    nothing = [None] * size

    def settle(progress):
        if progress >= recipe.grid_from and "grids" not in loop.kept:
            loop.kept["grids"] = put_on_grid(group)
        if progress >= recipe.ranges_from and "ranges" not in loop.kept:
            loop.kept["ranges"] = [calibrate.static(recorder, recipe.share) for recorder in recorders(group, calibration)]
        for student, grid, ranges in zip(group.students, loop.kept.get("grids", nothing), loop.kept.get("ranges", nothing)):
            student.net.grid, student.net.activation = grid, ranges and Rounding(ranges)

    def of_prefix(batch, vector, n):
        logits = group.logits(vector, n)
        value = divergence(logits, group.teacher_head_over(batch.z)) + recipe.hidden * ((batch.z - vector) / sigma).square().mean()
        if recipe.truth and (batch.labels != UNLABELLED).any():
            share = float((batch.labels != UNLABELLED).float().mean())
            value = value + recipe.truth * share * cross_entropy(logits, batch.labels, ignore_index=UNLABELLED)
        return value

    def loss(batch, _):
        _, *vectors = group.vectors(batch, int(prefixes[loop.step]))
        *shorter, drawn = (of_prefix(batch, vector, n) for n, vector in enumerate(vectors, 1))
        return drawn + recipe.shorter * sum(shorter) / max(1, len(shorter))

    loop.run(loss, settle)
    settle(1.0)


def _prefixes(steps, size):
    """Half the steps the longest prefix, the rest the others in equal parts."""
    others = [1 + n % max(1, size - 1) for n in range(steps // 2)] if size > 1 else []
    return others + [size] * (steps - len(others))
