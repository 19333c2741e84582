"""The joint corrective pass (student-parallelism.md 2.2, step 3): all students and heads together, over random prefixes.

In its last part the weights move to the bundle's int8 grid, and then the activations to the ranges that the bundle will hold, as
finetune.py and settle.py do for the teacher; gradients pass straight through both.
"""
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from .. import batches, calibrate, encoder, quantize
from ..settle import Ranges
from .boost import divergence
from .documents import UNLABELLED
from .loop import Loop


def put_on_grid(group):
    """Fixes each product's weight scales as they are now, and lets the forward passes round to them."""
    for student in group.students:
        if student.net.grid is None:
            names = encoder.names_of_products(group.shape.layers)
            student.net.grid = {n: quantize.scales_of(student.own[n + ".weight"]) for n in names}


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


def train(group, recipe, documents, calibration, folder, log):
    """Runs the pass. calibration: id lists whose activations set the ranges."""
    size, sigma = len(group.students), float(documents.z[:20000].astype(np.float32).std(0).mean())
    plan = documents.plan(recipe.tokens, recipe.rows, recipe.seed)
    prefixes = np.random.default_rng(recipe.seed).permutation(_prefixes(len(plan), size))
    loop = Loop(folder / "correct.pt", "correct", group.trained(), documents, plan, recipe.rates, log)
    log(stage="correct", steps=len(plan), seed=recipe.seed)

    def settle(progress):
        if progress >= recipe.grid_from:
            put_on_grid(group)
        if progress >= recipe.ranges_from and group.students[0].net.activation is None:
            for student, recorder in zip(group.students, recorders(group, calibration)):
                student.net.activation = Ranges(recorder, recipe.share)

    def loss(batch, _):
        n = int(prefixes[loop.step])
        vector = group.vector(batch, n)
        logits = group.logits(vector, n)
        value = divergence(logits, group.teacher_head_over(batch.z))
        value = value + recipe.hidden * ((batch.z - vector) / sigma).square().mean()
        if recipe.truth and (batch.labels != UNLABELLED).any():
            share = float((batch.labels != UNLABELLED).float().mean())
            value = value + recipe.truth * share * cross_entropy(logits, batch.labels, ignore_index=UNLABELLED)
        return value

    loop.run(loss, settle)
    settle(1.0)


def _prefixes(steps, size):
    """Half the steps the whole group, the rest the other prefixes in equal parts."""
    others = [1 + n % max(1, size - 1) for n in range(steps // 2)] if size > 1 else []
    return others + [size] * (steps - len(others))
