"""Checks the order in which students are dropped (docs/students.md, "The recipe"): backward elimination on held-out documents."""
import torch

from .boost import divergence

# A student taken before the last one must cost this much less, relatively: smaller differences are noise of the held-out documents.
TIE = 0.01


@torch.no_grad()
def check(group, documents):
    """Takes away, one at a time, the student whose absence costs least (divergence from the teacher under the smaller prefix's head).

    Returns a row for each step: students left, the divergence without each of them, and the one taken. The order is right when the last
    student goes first, and so on."""
    vectors, teacher = _vectors(group, documents)
    left, rows = list(range(len(group.students))), []
    while len(left) > 1:
        head = len(left) - 1
        costs = {k + 1: _cost(group, [vectors[j] for j in left if j != k], teacher, head) for k in left}
        best = min(costs, key=costs.get)
        taken = best if costs[best] < costs[left[-1] + 1] * (1 - TIE) else left[-1] + 1
        rows.append({"left": [k + 1 for k in left], "without": {k: round(cost, 5) for k, cost in costs.items()}, "taken": taken})
        left.remove(taken - 1)
    return rows


def kept_longest_first(rows):
    """The students' numbers in the order that `check` asks for: the one that stays to the end comes first."""
    taken = [row["taken"] for row in rows]
    return [n for n in rows[0]["left"] if n not in taken] + taken[::-1] if rows else [1]


def _vectors(group, documents):
    parts, teacher = [[] for _ in group.students], []
    for _, batch in documents.all():
        teacher.append(group.teacher_head_over(batch.z))
        for part, student in zip(parts, group.students):
            part.append(student.features(batch.ids, batch.lengths))
    return [torch.cat(part) for part in parts], torch.cat(teacher)


def _cost(group, vectors, teacher, head):
    return float(divergence(group.logits(group.zbar + sum(vectors), head), teacher))
