"""Fine-tunes the encoder for a task. Resumable: a checkpoint every few minutes, and the same seed gives the same batches.

Word and position embeddings stay frozen on their int8 grid. For the last part of the steps the linear weights are moved to
their int8 grid in the forward pass (straight-through gradient), so that exporting them as int8 changes nothing.
"""
import json
import time
from dataclasses import asdict, dataclass

import torch

from . import arithmetic, batches, corpora, encoder, paths, quantize

FROZEN = ("words", "places")


@dataclass
class Recipe:
    """What a run does. Rates are of AdamW; `grid_from` is the share of steps after which weights are on the grid.

    `limits`: in each epoch every document is cut to a limit drawn from these (limit, share) pairs, so that most steps are
    short and yet all positions are trained.
    """

    epochs: int = 2
    rows: int = 32
    tokens: int = 4096
    rate: float = 5e-5
    head_rate: float = 5e-4
    layer_decay: float = 0.95
    weight_decay: float = 0.01
    warm_up: float = 0.06
    grid_from: float = 0.75
    clip: float = 1.0
    limits: tuple = ((64, 1.0),)
    seed: int = 1


RECIPES = {
    "sst2": Recipe(),
    "mail": Recipe(epochs=2, rows=8, rate=5e-5, limits=((128, 0.5), (256, 0.3), (512, 0.2)), grid_from=0.7),
}


def optimizer_of(parameters, recipe, layers):
    """AdamW with a rate that falls with depth below the head; no decay of biases and gains."""
    groups = []
    for name, tensor in parameters.items():
        if name in FROZEN:
            continue
        depth = layers - int(name.split(".")[0]) if name[0].isdigit() else 0 if name.startswith("head") else layers + 1
        rate = recipe.head_rate if name.startswith("head") else recipe.rate * recipe.layer_decay ** max(depth - 1, 0)
        decay = recipe.weight_decay if name.endswith("weight") else 0.0
        groups.append({"params": [tensor], "lr": rate, "top": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)


def share_of_rate(step, steps, warm_up):
    """Linear warm-up, then linear decay to 0."""
    ramp = max(1, int(steps * warm_up))
    return (step + 1) / ramp if step < ramp else max(0.0, (steps - step) / (steps - ramp))


class Run:
    """One fine-tuning run: parameters, optimizer, place in the data; saved and resumed as a whole."""

    def __init__(self, task, recipe, name):
        self.recipe, self.name = recipe, name
        self.folder = paths.cache() / name
        self.folder.mkdir(exist_ok=True)
        self.parts = corpora.tokenized(task, corpora.longest(task))
        self.plan = [step for e in range(recipe.epochs) for step in self._epoch(recipe.seed * 1000 + e)]
        self.p = encoder.from_pretrained(paths.pretrained(), len(corpora.labels(task)), recipe.seed)
        self.model = encoder.Encoder(self.p, heads=12, half=arithmetic.has_bfloat16())
        for key, tensor in self.p.items():
            tensor.requires_grad_(key not in FROZEN)
        self.optimizer = optimizer_of(self.p, recipe, self.model.layers)
        self.step, self.seconds = 0, 0.0

    def _epoch(self, seed):
        """Steps of one epoch: each a list of (document number, limit)."""
        ids, _ = self.parts["train"]
        limits = batches.limits(len(ids), self.recipe.limits, seed)
        lengths = [min(len(d), limit) for d, limit in zip(ids, limits)]
        return [[(n, limits[n]) for n in chosen] for chosen in batches.epoch(lengths, self.recipe.rows, self.recipe.tokens, seed)]

    def save(self):
        state = {"parameters": {k: v.detach() for k, v in self.p.items()}, "optimizer": self.optimizer.state_dict(),
                 "grid": self.model.grid, "step": self.step, "seconds": self.seconds, "recipe": asdict(self.recipe)}
        partial = self.folder / "checkpoint.partial"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")

    def resume(self):
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path)
        if state["recipe"] != asdict(self.recipe):
            raise SystemExit(f"{path} was made with another recipe ({state['recipe']}); use another --name or delete it")
        with torch.no_grad():
            for key, tensor in state["parameters"].items():
                self.p[key].copy_(tensor)
        self.optimizer.load_state_dict(state["optimizer"])
        self.model.grid, self.step, self.seconds = state["grid"], state["step"], state["seconds"]

    def log(self, **entry):
        line = json.dumps({"step": self.step, "steps": len(self.plan), "seconds": round(self.seconds), **entry})
        print(line, flush=True)
        with open(self.folder / "log.jsonl", "a") as out:
            out.write(line + "\n")

    def train(self):
        """Runs the steps that are left. Returns the parameters."""
        ids, labels = self.parts["train"]
        trained = [t for k, t in self.p.items() if k not in FROZEN]
        began, saved, running = time.monotonic() - self.seconds, time.monotonic(), None
        while self.step < len(self.plan):
            if self.model.grid is None and self.step >= self.recipe.grid_from * len(self.plan):
                self.model.grid = {n: quantize.scales_of(self.p[n + ".weight"])
                                   for n in encoder.names_of_products(self.model.layers)}
            share = share_of_rate(self.step, len(self.plan), self.recipe.warm_up)
            for group in self.optimizer.param_groups:
                group["lr"] = group["top"] * share
            chosen = self.plan[self.step]
            tokens, lengths = batches.padded([batches.shortened(ids[n], limit) for n, limit in chosen])
            wanted = torch.tensor([labels[n] for n, _ in chosen])
            loss = torch.nn.functional.cross_entropy(self.model.logits(tokens, lengths), wanted)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, self.recipe.clip)
            self.optimizer.step()
            self.step += 1
            self.seconds = time.monotonic() - began
            running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
            if self.step % 50 == 0 or self.step == len(self.plan):
                self.log(loss=round(running, 4))
            if self.step % 500 == 0 or self.step == len(self.plan):
                self.log(dev=self.accuracy("dev"))
            if time.monotonic() - saved > 180 or self.step == len(self.plan):
                self.save()
                saved = time.monotonic()
        return self.p

    def accuracy(self, part):
        """Share of right labels on a part, with the weights as they are now on (or off) the grid."""
        ids, labels = self.parts[part]
        right = 0
        with torch.no_grad():
            for chosen in batches.in_order([len(d) for d in ids]):
                tokens, lengths = batches.padded([ids[n] for n in chosen])
                guess = self.model.logits(tokens, lengths).argmax(1)
                right += int((guess == torch.tensor([labels[n] for n in chosen])).sum())
        return round(right / len(ids), 5)
