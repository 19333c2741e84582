"""The transfer set: training documents, then augmented copies of them, each with the teacher's vector. Made once and kept.

A part is one .npz: ids int32 in a row, ends int64 [N], vectors float16 [N, H]. Training documents keep their labels.
"""
from functools import cache

import numpy as np

from .. import corpora, paths
from . import augment, neighbours
from .vectors import Teacher

RECIPES = {
    "sst2": (augment.Recipe(copies=3, swap=0.2, drop=0.05, join=0.3, splice=0.4, full_weight=16),
             augment.Recipe(copies=1, swap=0.1, drop=0.03, join=0.3, splice=0.6, splices=3, full_weight=16, seed=12)),
    "mail": (augment.Recipe(copies=2, swap=0.1, drop=0.03, limits=((64, 0.25), (128, 0.25), (256, 0.3), (512, 0.2))),),
}


def _save(path, documents, vectors):
    ids = np.array([n for d in documents for n in d], np.int32)
    ends = np.cumsum([len(d) for d in documents])
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, ids=ids, ends=ends, vectors=vectors.astype(np.float16))
    partial.replace(path)


def _load(path):
    kept = np.load(path)
    ids, ends = kept["ids"], kept["ends"].tolist()
    return [ids[a:b].tolist() for a, b in zip([0] + ends, ends)], kept["vectors"]


def folder(name):
    """Where the parts of a run's transfer set lie."""
    path = paths.cache() / name / "students" / "transfer"
    path.mkdir(parents=True, exist_ok=True)
    return path


def make(task, name):
    """Writes the parts that are missing: dev (fp32 teacher), train, then copy after copy (int8 teacher)."""
    kept, parts, teacher = folder(name), corpora.tokenized(task, corpora.longest(task)), Teacher(task, name)
    for part, precision in (("dev", "fp32"), ("train", "int8")):
        if not (kept / f"{part}.npz").exists():
            _save(kept / f"{part}.npz", parts[part][0], teacher.vectors(parts[part][0], precision))
    tokens = (paths.pretrained() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    near = cache(lambda: neighbours.table(teacher.source.parameters["words"], tokens))
    for number, recipe in enumerate(r for r in RECIPES[task] for _ in range(r.copies)):
        path = kept / f"copy{number}.npz"
        if path.exists():
            continue
        documents = augment.Augmenter(parts["train"][0], tokens, near(), corpora.longest(task), recipe).copy(number)
        _save(path, documents, teacher.vectors(documents, "int8"))
        print(f"{path}: {len(documents)} documents, {sum(map(len, documents))} tokens", flush=True)


def part(name, which):
    """(id lists, vectors float16 [N, H]) of `train`, `dev` or `copy0`..."""
    return _load(folder(name) / f"{which}.npz")
