"""Settles a fine-tuned teacher on static 8-bit activations: calibrates a range for each product's input, then tunes the ranges.

Only the ranges learn (48 pairs of numbers, as in LSQ+, Bhalgat et al. 2020); the weights stay, so the float graph is the one that was
trained. The loss is the distance of the int8 pass's logits from the float pass's, over training documents.
"""
import json
import time
from dataclasses import dataclass

import torch

from . import batches, bundle, calibrate, corpora, encoder, paths


@dataclass
class Recipe:
    """`share`: part of the values that the first ranges hold; `shortest`: in tokens; `rows`: products that get a row's scale in the
    end, chosen by the agreement on dev."""

    steps: int
    rows_a_step: int = 16
    rate: float = 0.01
    share: float = 0.9999
    rows: tuple = ()
    shortest: int = 12
    limits: tuple = ((64, 1.0),)
    calibration: int = 256
    seed: int = 2


RECIPES = {
    "sst2": Recipe(steps=160, rows=tuple(f"{layer}.{part}" for layer in range(6) for part in ("up", "down"))),
    "mail": Recipe(steps=0, calibration=96),
}


def _rounded(x):
    """round(x) whose gradient is that of x."""
    return x + (torch.round(x) - x).detach()


class Ranges:
    """The range of each product's input; called as an encoder's `activation`, it rounds to 8 bits inside it."""

    def __init__(self, recorder, share):
        self._first = {name: calibrate.wide(*recorder.range_of(name, share)) for name in recorder.low}
        self.widths = {name: torch.zeros(2, requires_grad=True) for name in self._first}

    def of(self, name):
        """(low, high): the first range, each side times the exponential of what was learnt."""
        low, high = self._first[name]
        low_width, high_width = self.widths[name].exp()
        return low * low_width, high * high_width

    def __call__(self, name, x):
        low, high = self.of(name)
        scale = (high - low) / 255
        zero = _rounded(-low / scale)
        return (torch.clamp(_rounded(x / scale) + zero, 0, 255) - zero) * scale

    def static(self):
        """Product name -> (scale, zero point), for the graph."""
        return {name: calibrate.scale_and_zero(*(float(edge) for edge in self.of(name))) for name in self._first}


def _plan(ids, recipe):
    limits = batches.limits(len(ids), recipe.limits, recipe.seed)
    chosen = [n for n, document in enumerate(ids) if len(document) >= recipe.shortest]
    lengths = [min(len(ids[n]), limits[n]) for n in chosen]
    for batch in batches.epoch(lengths, recipe.rows_a_step, 4096, recipe.seed)[: recipe.steps]:
        yield batches.padded([batches.shortened(ids[chosen[n]], limits[chosen[n]]) for n in batch])


def _tune(model, ranges, ids, recipe):
    optimizer = torch.optim.Adam(ranges.widths.values(), lr=recipe.rate)
    began, running = time.monotonic(), None
    for step, (tokens, lengths) in enumerate(_plan(ids, recipe)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * (1 - step / recipe.steps)
        model.activation = None
        with torch.no_grad():
            exact = model.logits(tokens, lengths)
        model.activation = ranges
        loss = torch.nn.functional.smooth_l1_loss(model.logits(tokens, lengths), exact, beta=0.2)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        running = loss.item() if running is None else 0.95 * running + 0.05 * loss.item()
        if (step + 1) % 20 == 0:
            seconds = round(time.monotonic() - began)
            print(json.dumps({"step": step + 1, "steps": recipe.steps, "apart": round(running, 5), "seconds": seconds}), flush=True)


def run(task, name, recipe):
    """Writes settled.pt beside the checkpoint: parameters, grid, static scales, rows. steps=0 only calibrates."""
    folder, began = paths.cache() / name, time.monotonic()
    state = torch.load(folder / "checkpoint.pt")
    if state["grid"] is None:
        raise SystemExit(f"checkpoint {name} has no weight grid yet (step {state['step']}); let the training finish")
    model = encoder.Encoder(bundle.on_the_grid(state["parameters"], state["grid"]), heads=12)
    ids, _ = corpora.tokenized(task, corpora.longest(task))["train"]
    ranges = Ranges(calibrate.record(model, ids[: recipe.calibration]), recipe.share)
    _tune(model, ranges, ids, recipe)
    torch.save({"parameters": state["parameters"], "grid": state["grid"], "static": ranges.static(), "rows": recipe.rows,
                "seconds": time.monotonic() - began}, folder / "settled.pt")
