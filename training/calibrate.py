"""Static activation scales from a few training documents (docs/models.md, "One document, one label")."""
import torch

from . import batches

SAMPLE = 1 << 16


class Recorder:
    """Keeps the smallest and largest values and a sample of the inputs of each product."""

    def __init__(self):
        self.low, self.high, self.samples = {}, {}, {}
        self._generator = torch.Generator().manual_seed(0)

    def __call__(self, name, x):
        flat = x.detach().reshape(-1)
        self.low[name] = min(self.low.get(name, 0.0), float(flat.min()))
        self.high[name] = max(self.high.get(name, 0.0), float(flat.max()))
        chosen = flat[torch.randint(flat.numel(), (min(SAMPLE, flat.numel()),), generator=self._generator)]
        self.samples.setdefault(name, []).append(chosen)
        return x

    def range_of(self, name, share):
        """(low, high) that `share` of the values lie in, each tail cut alike; share 1: all of them."""
        if share >= 1:
            return self.low[name], self.high[name]
        values = torch.cat(self.samples[name]).sort().values
        cut = int((1 - share) / 2 * values.numel())
        return float(values[cut]), float(values[values.numel() - 1 - cut])


def wide(low, high):
    """The range widened to hold 0 and not be empty."""
    return min(low, -1e-6), max(high, 1e-6)


def scale_and_zero(low, high):
    """uint8 scale and zero point of the range [low, high], low < 0 < high; 0 is kept exactly."""
    low, high = wide(low, high)
    scale = (high - low) / 255
    return scale, min(255, max(0, round(-low / scale)))


def record(model, documents):
    """Runs the documents (id lists), each alone so that no padding counts, and returns the Recorder."""
    recorder = Recorder()
    before, model.activation = model.activation, recorder
    with torch.no_grad():
        for document in documents:
            model.logits(*batches.padded([document]))
    model.activation = before
    return recorder


def static(recorder, share=0.9999):
    """Product name -> (scale, zero point)."""
    return {name: scale_and_zero(*recorder.range_of(name, share)) for name in recorder.low}
