"""The trained students of a run, ready to be exported with its teacher."""
import torch

from .. import corpora
from . import run, start
from .export import Settled, Students
from .recipes import RECIPES


def _settled(task, name, kind):
    recipe = RECIPES[task][kind]
    state = torch.load(run.folder(name, kind) / "corrected.pt")
    group = run.empty_group(name, recipe, half=False)
    group.load(state)
    layers = [recipe.boost.starts[k - 1] if recipe.boost.starts else start.stacked(k) for k in range(1, len(group.students) + 1)]
    return Settled(group, state["static"], [[i + 1 for i in pair] for pair in layers])


def load(task, name):
    """The Students of a run, or None while one of its groups is not trained."""
    if not all((run.folder(name, kind) / "corrected.pt").exists() for kind in ("group", "swift")):
        return None
    return Students(_settled(task, name, "group"), _settled(task, name, "swift"), len(corpora.labels(task)))
