"""All stages of a group in order, each resumed or skipped where its result is there: transfer set, boosting, corrective pass."""
import numpy as np
import torch

from .. import arithmetic, paths
from . import boost, correct, measure, order, transfer
from .documents import Documents
from .group import Group
from .loop import Log
from .recipes import RECIPES

TEACHER_MARGIN, SMALL_FALL = 0.003, 0.02  # docs/students.md, "The recipe"


def folder(name, kind):
    """Where a group's checkpoints and log lie; kind: group or swift."""
    path = paths.cache() / name / "students" / kind
    path.mkdir(parents=True, exist_ok=True)
    return path


def teacher_of(name):
    """The settled teacher's parameters, as exported: products on their int8 grid."""
    from ..bundle import on_the_grid

    settled = torch.load(paths.cache() / name / "settled.pt")
    return {k: v.clone() for k, v in on_the_grid(settled["parameters"], settled["grid"]).items()}


def empty_group(name, recipe, half):
    """A group without students, around the mean of the teacher's vectors over train."""
    _, z, _ = transfer.part(name, "train")
    return Group(teacher_of(name), recipe.shapes, torch.from_numpy(z.astype(np.float32).mean(0)), half, recipe.averaged)


def stops(rows, teacher_right, total):
    """Why boosting may stop after these prefixes (2.4), or None. rows: measure.summary's, of every prefix so far."""
    if rows[-1]["correct"] >= teacher_right - TEACHER_MARGIN * total:
        return "accuracy within 0.3 points of the teacher's"
    falls = [1 - b["divergence"] / a["divergence"] for a, b in zip(rows, rows[1:])]
    return "the divergence fell by less than 2% twice" if len(falls) >= 2 and max(falls[-2:]) < SMALL_FALL else None


def train(task, name, kind):
    """Trains what is missing of a group; its state ends in its folder as boosted.pt, then correctedN.pt after pass N."""
    recipe, kept = RECIPES[task][kind], folder(name, kind)
    log = Log(kept)
    group = empty_group(name, recipe, arithmetic.has_bfloat16())
    held_out = Documents(name, [transfer.held_out(task)])
    boosted, stopped = kept / "boosted.pt", None
    teacher, right = teacher_of(name), _teacher_right(group, held_out)
    if boosted.exists():
        group.load(torch.load(boosted))
        stopped = stops(measure.summary(group, held_out), right, len(held_out.ids))
    elif recipe.first:
        other, state = recipe.first
        train(task, name, other)  # nothing, where it is trained already
        group.load(first_of(torch.load(folder(name, other) / f"{state}.pt"), 1))
    while len(group.students) < len(recipe.boost.tokens) and (recipe.averaged or not stopped):
        documents = Documents(name, recipe.boost.parts[len(group.students)])
        boost.train(group, teacher, recipe.boost, documents, held_out, kept, log)
        torch.save(group.state(), boosted)
        rows = measure.summary(group, held_out)
        stopped = stops(rows, right, len(held_out.ids))
        log(stage="boosted", students=len(group.students), teacher=right, held=rows, stop=stopped)
    for number, corrective in enumerate(recipe.correct, 1):
        path = kept / f"corrected{number}.pt"
        if path.exists():
            group.load(torch.load(path))
            continue
        if number > 1 and len(recipe.shapes) == 1:  # a deeper student stays behind those that are cheaper
            group.reorder(order.kept_longest_first(order.check(group, held_out)))
        documents = Documents(name, corrective.parts)
        correct.train(group, corrective, number, documents, transfer.part(name, "train")[0][: corrective.calibration], kept, log)
        torch.save({**group.state(), "static": [s.net.activation.static for s in group.students]}, path)
        if corrective.reads_rest:
            log(stage=f"corrected{number}", arithmetic="int8", held=[])
        else:
            _judge(group, number, held_out, log)


def trained(task, name, kind):
    """The state that a group's last corrective pass left, or None while there is none."""
    path = folder(name, kind) / f"corrected{len(RECIPES[task][kind].correct)}.pt"
    return torch.load(path) if path.exists() else None


def _judge(group, number, held_out, log):
    """Logs the figures of every prefix in both arithmetics, and the order in which students may be dropped. Training's bfloat16 takes no
    part."""
    half = group.half
    for student in group.students:
        student.net.half = False
    log(stage=f"corrected{number}", arithmetic="int8", held=measure.summary(group, held_out))
    for student in group.students:
        student.net.activation = None
    log(stage=f"corrected{number}", arithmetic="fp32", held=measure.summary(group, held_out))
    log(stage=f"order{number}", rows=order.check(group, held_out))
    for student in group.students:
        student.net.half = half


def first_of(state, count):
    """A group's state cut to its first students."""
    return {part: values[:count] for part, values in state.items()}


def _teacher_right(group, held_out):
    logits = group.teacher_head_over(torch.from_numpy(held_out.z.astype(np.float32)))
    return int((logits.argmax(1) == torch.tensor(held_out.labels)).sum())
