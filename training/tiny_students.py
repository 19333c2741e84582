"""The students of the tests' small bundle: the shapes of trained ones, random weights."""
import torch

from . import calibrate
from .students import correct
from .students.export import Settled, Students
from .students.group import Group
from .students.student import Shape

GROUP, SWIFT = (Shape(heads=2, inner=(48, 48)), Shape(heads=2, inner=(48, 48, 48))), Shape(heads=2, inner=(48, 64), cls_only=True)


def of(source, documents):
    """Two students and a swift one around the tables of a tiny bundle's Source. documents: id lists for the static scales."""
    return Students(_settled(source, GROUP, 2, documents), _settled(source, (SWIFT,), 1, documents), len(source.labels))


def _settled(source, shapes, count, documents):
    hidden = source.parameters["norm.gain"].numel()
    generator = torch.Generator().manual_seed(8 + count)
    group = Group(source.parameters, shapes, torch.randn(hidden, generator=generator), half=False)
    for k in range(1, count + 1):
        group.add(_random(group.shape_of(k), hidden, generator), scale=1 / k)
    group.heads = [tuple(part + torch.randn(part.shape, generator=generator) * 0.1 for part in head) for head in group.heads]
    correct.put_on_grid(group)
    static = [calibrate.static(recorder, 1) for recorder in correct.recorders(group, documents)]
    return Settled(group, static, [list(range(1, group.shape_of(k).layers + 1)) for k in range(1, count + 1)])


def _random(shape, hidden, generator):
    def random(*sizes, spread=0.2):
        return torch.randn(*sizes, generator=generator) * spread

    own = {"vector.bias": random(hidden)}
    for i, inner in enumerate(shape.inner):
        for part, sizes in {"qkv": (3 * hidden, hidden), "out": (hidden, hidden), "up": (inner, hidden), "down": (hidden, inner)}.items():
            own[f"{i}.{part}.weight"], own[f"{i}.{part}.bias"] = random(*sizes), random(sizes[0])
        for norm in ("norm1", "norm2"):
            own[f"{i}.{norm}.gain"], own[f"{i}.{norm}.shift"] = 1 + random(hidden), random(hidden)
    for i in shape.pools:
        own[f"pool{i}.query"], own[f"pool{i}.weight"] = random(hidden, spread=1.0), random(hidden, hidden)
    return own | ({"vector.weight": random(hidden, hidden)} if shape.cls_only else {})
