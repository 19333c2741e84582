"""A group: the teacher's tables, students in their order, and a head for each prefix. What training changes and what is exported.

F_n = zbar + sum of the first n students' vectors stands for the teacher's [CLS] vector; prefix n answers logits = F_n C_n^T + c_n. The
teacher here has no pooler between its [CLS] vector and its classifier, so neither has a prefix's head.
"""
import torch
from torch.nn.functional import linear

from .student import SHARED, Student


class Group:
    """students: parameters of each (vectors already scaled by a_k); heads: (C [labels, H], c [labels]) of each prefix; zbar [H];
    shapes: a Shape each, the last one also of all that follow.

    averaged: prefixes take the mean of their students in place of the sum, for students trained each by itself (the control, bagging).
    """

    def __init__(self, teacher, shapes, zbar, half, averaged=False):
        self.tables = {name: teacher[name].detach() for name in SHARED}
        self.teacher_head = (teacher["head.weight"].detach(), teacher["head.bias"].detach())
        self.shapes, self.zbar, self.half, self.averaged = shapes, zbar, half, averaged
        self.students, self.heads, self.scales, self.order = [], [], [], []

    def shape_of(self, k):
        """Shape of student k (from 1)."""
        return self.shapes[min(k, len(self.shapes)) - 1]

    def add(self, own, scale, share=0.0):
        """Appends a student whose vectors count `scale` times; its head starts as the teacher's. share, of a student that stands for all of
        z: how much the sum is to be its own, so that with a scale of share / (1 - share) the head reads the students before it as the
        rest."""
        with torch.no_grad():
            for name in own:
                if name.startswith("pool") and name.endswith("weight") or name.startswith("vector"):
                    own[name] = own[name].detach() * scale
        self.students.append(Student(own, self.tables, self.shape_of(len(self.students) + 1), self.half))
        weight, bias = self.teacher_head
        self.heads.append(((1 - share) * weight, bias + share * weight @ self.zbar))
        self.scales.append(scale)
        self.order.append(len(self.order) + 1)

    def reorder(self, places):
        """Puts the students into the order of `places` (numbers from 1 of today's). `order` keeps the numbers they were boosted under."""
        self.students, self.scales, self.order = ([part[k - 1] for k in places] for part in (self.students, self.scales, self.order))

    def vectors(self, batch, n):
        """F_0 to F_n, each [B, H], of a Batch, one after another."""
        total = torch.zeros(1)
        yield self.zbar.expand(len(batch.ids), -1)
        for k, student in enumerate(self.students[:n], 1):
            total = total + student.features(batch.ids, batch.lengths)
            yield self.zbar + (total / k if self.averaged else total)

    def vector(self, batch, n):
        """F_n [B, H] of a Batch."""
        *_, last = self.vectors(batch, n)
        return last

    def logits(self, vector, n):
        """Prefix n's logits [B, C] from F_n."""
        return linear(vector, *self.heads[n - 1])

    def teacher_head_over(self, z):
        """The frozen teacher's head over vectors [B, H]."""
        return linear(z, *self.teacher_head)

    def trained(self):
        """Every tensor of students and heads, named."""
        named = {f"student{k}/{name}": t for k, s in enumerate(self.students, 1) for name, t in s.own.items()}
        return named | {f"head{n}/{part}": t for n, head in enumerate(self.heads, 1) for part, t in zip(("weight", "bias"), head)}

    def state(self):
        """What `of_state` makes the group from again."""
        return {"students": [{k: v.detach() for k, v in s.own.items()} for s in self.students], "scales": self.scales, "order": self.order,
                "heads": [tuple(p.detach() for p in h) for h in self.heads], "grids": [s.net.grid for s in self.students]}

    def load(self, state):
        """Takes over a state, in place of what is here."""
        self.students = [Student(own, self.tables, self.shape_of(k), self.half) for k, own in enumerate(state["students"], 1)]
        for student, grid in zip(self.students, state["grids"]):
            student.net.grid = grid
        self.heads, self.scales = [tuple(h) for h in state["heads"]], list(state["scales"])
        self.order = list(state.get("order", range(1, len(self.students) + 1)))
