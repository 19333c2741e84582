"""Settles a fine-tuned teacher on static 8-bit activations: a few hundred steps that pull the int8 forward pass to the float one.

Both passes use the weights on their int8 grid. The loss is the cross entropy of both, and the divergence of the int8
pass from the float one, so that the two graphs of a bundle give the same labels (../shared/specs/inference-graph.md 5).
"""
import json
import time
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from . import arithmetic, batches, calibrate, corpora, encoder, finetune, paths


@dataclass
class Recipe:
    """`share`: part of the values that the static range holds; `rows`: parts with a row's scale; `pull`: weight of the divergence."""

    steps: int
    rows_a_step: int
    rate: float = 1e-5
    share: float = 0.9999
    rows: tuple = ()
    pull: float = 2.0
    limits: tuple = ((64, 1.0),)
    calibration: int = 256
    seed: int = 2


RECIPES = {
    "sst2": Recipe(steps=300, rows_a_step=32),
    "mail": Recipe(steps=80, rows_a_step=8, limits=((128, 0.5), (256, 0.3), (512, 0.2))),
}


def divergence(int8, exact):
    """Mean KL(exact || int8) of logits [B, C]; no gradient through `exact`."""
    return kl_div(log_softmax(int8, 1), log_softmax(exact.detach(), 1), reduction="batchmean", log_target=True)


def prepared(task, name, recipe):
    """The checkpoint's encoder on its grid, and static scales found on training documents."""
    state = torch.load(paths.cache() / name / "checkpoint.pt")
    if state["grid"] is None:
        raise SystemExit(f"checkpoint {name} has no weight grid yet (step {state['step']}); let the training finish")
    model = encoder.Encoder(state["parameters"], heads=12)
    model.grid = state["grid"]
    ids, _ = corpora.tokenized(task, corpora.longest(task))["train"]
    scales = calibrate.static(calibrate.record(model, ids[: recipe.calibration]), recipe.share)
    return model, scales


def run(task, name, recipe):
    """Writes settled.pt beside the checkpoint: parameters, grid, static scales, rows. steps=0 only calibrates."""
    model, scales = prepared(task, name, recipe)
    model.half = arithmetic.has_bfloat16()
    ids, labels = corpora.tokenized(task, corpora.longest(task))["train"]
    fake = calibrate.faked(scales, recipe.rows)
    trained = {k: v for k, v in model.p.items() if k not in finetune.FROZEN}
    for tensor in trained.values():
        tensor.requires_grad_(True)
    optimizer = torch.optim.AdamW(trained.values(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0)
    limits = batches.limits(len(ids), recipe.limits, recipe.seed)
    plan = batches.epoch([min(len(d), m) for d, m in zip(ids, limits)], recipe.rows_a_step, 4096, recipe.seed)[: recipe.steps]
    began = time.monotonic()
    for step, chosen in enumerate(plan):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * finetune.share_of_rate(step, len(plan), 0.1)
        tokens, lengths = batches.padded([batches.shortened(ids[n], limits[n]) for n in chosen])
        wanted = torch.tensor([labels[n] for n in chosen])
        model.activation = None
        exact = model.logits(tokens, lengths)
        model.activation = fake
        int8 = model.logits(tokens, lengths)
        apart = divergence(int8, exact)
        loss = (cross_entropy(exact, wanted) + cross_entropy(int8, wanted)) / 2 + recipe.pull * apart
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
        optimizer.step()
        if (step + 1) % 20 == 0:
            print(json.dumps({"step": step + 1, "of": len(plan), "loss": round(loss.item(), 4), "apart": round(apart.item(), 6),
                              "seconds": round(time.monotonic() - began)}), flush=True)
    torch.save({"parameters": {k: v.detach() for k, v in model.p.items()}, "grid": model.grid, "static": scales,
                "rows": recipe.rows, "seconds": time.monotonic() - began}, paths.cache() / name / "settled.pt")
