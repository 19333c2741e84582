"""Boosting (docs/students.md, "The recipe"): student k learns what the first k-1 leave of the teacher's [CLS] vector.

The loss is the divergence of the labels that the group would give with this student, and where a recipe asks for it the squared distance
from the residual at unit scale, whose share falls as training goes on. A later student learns from texts that the earlier ones have not
read: on texts that they have read they leave next to nothing (docs/students.md).
"""
import torch
from torch.nn.functional import kl_div, log_softmax, softmax

from . import start
from .loop import Loop
from .student import Student

RIDGE = 1e-3
SHRINK, STRETCH = 0.3, 1.5  # bounds of a_k in units of sigma_k
SCALES = 49  # values tried between them
SHARES = [n / 40 for n in range(4, 37)]  # tried for a student that stands for all of z


def divergence(logits, teacher):
    """KL(teacher || student) in nats, mean over the batch. Both [B, C] logits."""
    return kl_div(log_softmax(logits, 1), softmax(teacher, 1), reduction="batchmean")


@torch.no_grad()
def residual_scale(group, batches, before):
    """sigma_k: root mean square of z - F_before over the batches."""
    total = sum(float((b.z - group.vector(b, before)).square().mean()) * len(b.ids) for b in batches)
    return (total / sum(len(b.ids) for b in batches)) ** 0.5


@torch.no_grad()
def fit_maps(student, group, batches, sigma, before):
    """Sets the maps of rows to vectors to the ridge solution for the residuals: the best start there is for a fixed body."""
    rows, wanted = [], []
    for b in batches:
        found = student.rows(b.ids, b.lengths)
        rows.append(torch.cat([*found.values(), torch.ones(len(b.ids), 1)], 1))
        wanted.append((b.z - group.vector(b, before)) / sigma)
    x, y = torch.cat(rows), torch.cat(wanted)
    penalty = RIDGE * len(x) * torch.eye(x.shape[1])
    solved = torch.linalg.solve(x.t() @ x + penalty, x.t() @ y)
    *maps, bias = solved.split([len(v[0]) for v in found.values()] + [1])
    for name, weight in zip(found, maps):
        student.own[f"{name}.weight"].copy_(weight.t())
    student.own["vector.bias"].copy_(bias[0])


@torch.no_grad()
def held_out_scale(student, group, batches, sigma, before):
    """a_k of least divergence over held-out batches, within bounds around sigma. The head is linear, so one pass gives all that is
    compared."""
    known, along, teacher = [], [], []
    for b in batches:
        known.append(group.teacher_head_over(group.vector(b, before)))
        along.append(student.features(b.ids, b.lengths) @ group.teacher_head[0].t())
        teacher.append(group.teacher_head_over(b.z))
    known, along, teacher = torch.cat(known), torch.cat(along), torch.cat(teacher)
    scales = (torch.linspace(SHRINK, STRETCH, SCALES) * sigma).tolist()
    return min(scales, key=lambda scale: float(divergence(known + scale * along, teacher)))


@torch.no_grad()
def held_out_share(student, group, batches, sigma, before):
    """The share of a student that stands for all of z, beside the `before` students before it, of least divergence over held-out
    batches."""
    known, alone, teacher = [], [], []
    for b in batches:
        known.append(group.teacher_head_over(group.vector(b, before)))
        alone.append(group.teacher_head_over(group.zbar + sigma * student.features(b.ids, b.lengths)))
        teacher.append(group.teacher_head_over(b.z))
    known, alone, teacher = torch.cat(known), torch.cat(alone), torch.cat(teacher)
    return min(SHARES, key=lambda share: float(divergence((1 - share) * known + share * alone, teacher)))


def train(group, teacher, recipe, documents, held_out, folder, log):
    """Trains the next student and adds it to the group. In a group that averages, each student learns the whole vector by itself."""
    k = len(group.students) + 1
    sample = documents.sample(recipe.sample)
    before = 0 if group.averaged or recipe.alone else k - 1
    sigma = residual_scale(group, sample, before)
    layers = recipe.starts[k - 1] if recipe.starts else start.stacked(k)
    own = start.parameters(teacher, layers, group.shape_of(k), [(b.ids, b.lengths) for b in sample[::4]])
    student = Student(own, group.tables, group.shape_of(k), group.half)
    fit_maps(student, group, sample, sigma, before)
    plan = documents.plan(recipe.tokens[k - 1], recipe.rows, recipe.seed * 10 + k)
    loop = Loop(folder / f"boost{k}.pt", f"boost{k}", {f"student/{n}": t for n, t in own.items()}, documents, plan, recipe.rates, log)
    log(stage=f"boost{k}", sigma=sigma, start=list(layers), steps=len(plan), documents=len(documents.ids))

    def loss(batch, progress):
        with torch.no_grad():
            known = group.vector(batch, before)
        given = student.features(batch.ids, batch.lengths)
        hidden = ((batch.z - known) / sigma - given).square().mean()
        labels = divergence(group.teacher_head_over(known + sigma * given), group.teacher_head_over(batch.z))
        return labels + recipe.hidden * (1 - progress) * hidden

    loop.run(loss)
    batches, share = held_out.sample(len(held_out.ids)), 0.0
    if recipe.alone and k > 1:
        share = held_out_share(student, group, batches, sigma, k - 1)
        scale = sigma * share / (1 - share)
    else:
        scale = held_out_scale(student, group, batches, sigma, before)
    log(stage=f"boost{k}", a=scale, share=share, sigma=sigma, seconds=round(loop.seconds))
    group.add(own, scale, share)
