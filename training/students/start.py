"""Where a student starts: layers of the teacher, their feed-forward blocks narrowed to the neurons that matter most.

Heads of 32 are read as half as many heads of 64 without moving a weight: two neighbours share one softmax from then on, and training
settles the rest. Virtual stacking: student k starts from the teacher's layers 2k-1 and 2k.
"""
import torch
from torch.nn.functional import gelu

from .. import encoder

PARTS = ("qkv", "out", "up", "down")


def stacked(k):
    """The teacher's layers (from 0) that student k (from 1) starts from."""
    return 2 * k - 2, 2 * k - 1


def parameters(teacher, layers, shape, batches):
    """Own parameters of a student. teacher: its parameters; layers: one for each of the student's; batches: [(ids, lengths)] to judge
    neurons by."""
    own = _layers_of(teacher, layers)
    _narrow(own, teacher, shape, batches)
    hidden = teacher["norm.gain"].numel()
    for i in shape.pools:
        own[f"pool{i}.query"] = torch.zeros(hidden)
        own[f"pool{i}.weight"] = torch.eye(hidden)
    if shape.cls_only:
        own["vector.weight"] = torch.eye(hidden)
    own["vector.bias"] = torch.zeros(hidden)
    return {name: tensor.detach().clone().contiguous() for name, tensor in own.items()}


def _layers_of(teacher, layers):
    own = {}
    for i, theirs in enumerate(layers):
        for name, tensor in teacher.items():
            if name.startswith(f"{theirs}."):
                own[f"{i}.{name.partition('.')[2]}"] = tensor.detach().clone()
    return own


@torch.no_grad()
def _narrow(own, teacher, shape, batches):
    """Keeps, layer by layer, the neurons whose output moves the residual stream most: mean square of the activation times |column|^2."""
    net = encoder.Encoder({**teacher, **own}, shape.heads)
    for i, width in enumerate(shape.inner):
        power = 0
        for ids, lengths in batches:
            batch, mask, x = len(ids), net.mask(ids, lengths), net.embed(ids)
            for j in range(i):
                x = net.layer(j, x, batch, mask)
            context = net._attend(net.product(f"{i}.qkv", x), batch, mask, False)
            x = net.norm(f"{i}.norm1", net.product(f"{i}.out", context) + x)
            power = power + gelu(net.product(f"{i}.up", x)).square().sum(0)
        kept = (power * own[f"{i}.down.weight"].square().sum(0)).topk(width).indices.sort().values
        own[f"{i}.up.weight"], own[f"{i}.up.bias"] = own[f"{i}.up.weight"][kept], own[f"{i}.up.bias"][kept]
        own[f"{i}.down.weight"] = own[f"{i}.down.weight"][:, kept]
        net.p.update(own)
