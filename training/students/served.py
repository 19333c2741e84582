"""The trained students of a run, ready to be exported with its teacher."""
from .. import corpora
from . import run, start
from .export import Settled, Students
from .recipes import RECIPES


def _settled(task, name, kind, state):
    recipe = RECIPES[task][kind]
    group = run.empty_group(name, recipe, half=False)
    group.load(run.first_of(state, recipe.served or len(state["students"])))
    layers = [recipe.boost.starts[k - 1] if recipe.boost.starts else start.stacked(k) for k in group.order]
    return Settled(group, state["static"], [[i + 1 for i in own] for own in layers])


def load(task, name):
    """The Students of a run, or None while one of its groups is not trained."""
    states = {kind: run.trained(task, name, kind) for kind in ("group", "swift")}
    if not all(states.values()):
        return None
    group, swift = (_settled(task, name, kind, state) for kind, state in states.items())
    return Students(group, swift, len(corpora.labels(task)))
