"""The transfer set: training documents, then texts made of them, each with the teacher's vector. Made once and kept.

A part is one .npz: ids int32 in a row, ends int64 [N], labels int64 [N] (UNLABELLED where a text was made), vectors float16 [N, H]. What no
student learns from is dev, or where dev lies inside train, `held`: sentences taken out of train with all that shares text with them. Those
lines and what was made of them are `rest` and `rest0`...: read by a last pass, after which nothing is judged by `held` any more.
"""
from functools import cache

import numpy as np

from .. import corpora, paths
from . import augment, fluent, holdout, neighbours
from .recipes import RECIPES as STAGES
from .vectors import Teacher

RECIPES = {
    "sst2": (augment.Recipe(copies=3, swap=0.2, drop=0.05, join=0.3, splice=0.4, full_weight=16),
             augment.Recipe(copies=3, swap=0.1, drop=0.03, join=0.3, splice=0.6, splices=3, full_weight=16, seed=12),
             augment.Recipe(copies=12, swap=0.35, drop=0.06, join=0.25, splice=0.8, splices=4, fluent=True, full_weight=16, seed=13)),
    "mail": (augment.Recipe(copies=2, swap=0.1, drop=0.03, limits=((64, 0.25), (128, 0.25), (256, 0.3), (512, 0.2))),),
}


UNLABELLED = -100  # cross_entropy's ignore_index
NESTED = ("sst2",)  # tasks whose lines lie inside one another


def _save(path, documents, vectors, labels=None):
    ids = np.array([n for d in documents for n in d], np.int32)
    ends = np.cumsum([len(d) for d in documents])
    partial = path.with_suffix(".partial.npz")
    labels = np.full(len(documents), UNLABELLED) if labels is None else np.array(labels)
    np.savez(partial, ids=ids, ends=ends, labels=labels, vectors=vectors.astype(np.float16))
    partial.replace(path)


def _load(path):
    kept = np.load(path)
    if "labels" not in kept:
        raise SystemExit(f"{path} was made by an earlier version; delete {path.parent} and train again")
    ids, ends = kept["ids"], kept["ends"].tolist()
    return [ids[a:b].tolist() for a, b in zip([0] + ends, ends)], kept["vectors"], kept["labels"].tolist()


def _kept(task, documents):
    """(numbers of the held-out ones among train's documents, numbers of those that are learned from)."""
    return holdout.split(documents) if task in NESTED else ([], list(range(len(documents))))


def _chosen(part, numbers):
    return tuple([column[n] for n in numbers] for column in part)


def folder(name):
    """Where the parts of a run's transfer set lie."""
    path = paths.cache() / name / "students" / "transfer"
    path.mkdir(parents=True, exist_ok=True)
    return path


def make(task, name):
    """Writes the parts that are missing: dev and held (fp32 teacher), train and rest, then copy after copy (int8 teacher). A copy leaves
    out what was made of the rest; a phrase of theirs may still have been exchanged into another's."""
    kept, parts, teacher = folder(name), corpora.tokenized(task, corpora.longest(task)), Teacher(task, name)
    held, learned = _kept(task, parts["train"][0])
    labelled = [("dev", "fp32", parts["dev"]), ("train", "int8", _chosen(parts["train"], learned))]
    own = set(learned)
    if held:
        rest = [n for n in range(len(parts["train"][0])) if n not in own]
        labelled += [("held", "fp32", _chosen(parts["train"], held)), ("rest", "int8", _chosen(parts["train"], rest))]
    for part, precision, (documents, labels) in labelled:
        if not (kept / f"{part}.npz").exists():
            _save(kept / f"{part}.npz", documents, teacher.vectors(documents, precision), labels)
    tokens = (paths.pretrained() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    near = cache(lambda: neighbours.table(teacher.source.parameters["words"], tokens))
    kind = lambda recipe: fluent.FluentAugmenter if recipe.fluent else augment.Augmenter
    maker = cache(lambda recipe: kind(recipe)(parts["train"][0], tokens, near(), corpora.longest(task), recipe))
    read = set().union(*(stage.parts_read() for stage in STAGES[task].values()))
    copies = [recipe for recipe in RECIPES[task] for _ in range(recipe.copies)]
    numbered = {f"{part}{number}" for part in ("copy", "rest") for number in range(len(copies))}
    if unmade := sorted(read - numbered - {"train", "rest"}):
        raise SystemExit(f"{task}'s recipes read {', '.join(unmade)}, and only copies 0 to {len(copies) - 1} are made; "
                         "raise `copies` in transfer.py")
    for number, recipe in enumerate(copies):
        wanted = [(kept / f"{part}{number}.npz", ours) for part, ours in (("copy", True), ("rest", False)) if f"{part}{number}" in read]
        missing = [(path, ours) for path, ours in wanted if not path.exists()]
        made, sources = maker(recipe).copy(number) if missing else ([], [])
        for path, ours in missing:
            documents = [document for document, source in zip(made, sources) if (source in own) == ours]
            _save(path, documents, teacher.vectors(documents, "int8"))
            print(f"{path}: {len(documents)} documents, {sum(map(len, documents))} tokens", flush=True)


def held_out(task):
    """The part that students are judged by."""
    return "held" if task in NESTED else "dev"


def part(name, which):
    """(id lists, vectors float16 [N, H], labels) of `train`, `dev`, `held`, `rest`, `copy0`... or `rest0`..."""
    return _load(folder(name) / f"{which}.npz")
