"""Steps of AdamW over a plan of batches; saved every few minutes and resumed from there."""
import json
import time
from dataclasses import asdict, dataclass

import torch

from ..finetune import share_of_rate


@dataclass(frozen=True)
class Rates:
    """Rates of AdamW; `vector_rate` is of heads and of what maps pooled rows to the vector."""

    rate: float = 3e-4
    vector_rate: float = 5e-4
    decay: float = 0.01
    warm_up: float = 0.06
    clip: float = 1.0


def _groups(named, rates):
    for name, tensor in named.items():
        local = name.rpartition("/")[2]
        top = rates.vector_rate if local.startswith(("pool", "vector")) or name.startswith("head") else rates.rate
        yield {"params": [tensor], "top": top, "lr": top, "weight_decay": rates.decay if local.endswith("weight") else 0.0}


class Log:
    """Appends JSON lines to log.jsonl of a run, from which every table can be made again."""

    def __init__(self, folder):
        self._path = folder / "log.jsonl"

    def __call__(self, **entry):
        line = json.dumps(entry)
        print(line, flush=True)
        with open(self._path, "a") as out:
            out.write(line + "\n")


class Loop:
    """One stage. named: tensors to train, in place. `kept`: whatever else a resumed stage needs, saved with them."""

    def __init__(self, path, stage, named, documents, plan, rates, log):
        self.path, self.stage, self.named, self.documents, self.plan, self.rates, self.log = path, stage, named, documents, plan, rates, log
        for tensor in named.values():
            tensor.requires_grad_(True)
        self.optimizer = torch.optim.AdamW(list(_groups(named, rates)), betas=(0.9, 0.98), eps=1e-6)
        self.step, self.seconds, self.kept = 0, 0.0, {}
        if path.exists():
            self._resume()

    def _resume(self):
        state = torch.load(self.path)
        if state["rates"] != asdict(self.rates) or state["steps"] != len(self.plan):
            raise SystemExit(f"{self.path} was made by another recipe; delete it to begin the stage again")
        with torch.no_grad():
            for name, tensor in state["named"].items():
                self.named[name].copy_(tensor)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]
        self.kept = state["kept"]

    def _save(self):
        partial = self.path.with_suffix(".partial")
        torch.save({"named": {k: v.detach() for k, v in self.named.items()}, "optimizer": self.optimizer.state_dict(), "step": self.step,
                    "steps": len(self.plan), "seconds": self.seconds, "rates": asdict(self.rates), "kept": self.kept}, partial)
        partial.replace(self.path)

    def run(self, loss, every=None):
        """The steps that are left. loss(batch, progress in 0..1) -> scalar tensor; every(progress): called before each step."""
        began, saved, running = time.monotonic() - self.seconds, time.monotonic(), None
        while self.step < len(self.plan):
            progress = self.step / len(self.plan)
            if every is not None:
                every(progress)
            for group in self.optimizer.param_groups:
                group["lr"] = group["top"] * share_of_rate(self.step, len(self.plan), self.rates.warm_up)
            value = loss(self.documents.batch(self.plan[self.step]), progress)
            self.optimizer.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_([t for t in self.named.values() if t.grad is not None], self.rates.clip)
            self.optimizer.step()
            self.step += 1
            self.seconds = time.monotonic() - began
            running = value.item() if running is None else 0.98 * running + 0.02 * value.item()
            if self.step % 100 == 0 or self.step == len(self.plan):
                self.log(stage=self.stage, step=self.step, steps=len(self.plan), seconds=round(self.seconds), loss=round(running, 4))
            if time.monotonic() - saved > 180:
                self._save()
                saved = time.monotonic()
        for tensor in self.named.values():
            tensor.requires_grad_(False)
