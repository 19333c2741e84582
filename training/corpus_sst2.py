"""SST-2: short film reviews and their phrases, negative or positive.

`test` is the public dev set of 872 sentences, never looked at for a choice; `dev` is a slice of 1,500 lines held out of train.
Train holds phrases of the held-out lines too, so `dev` is easier than `test` and serves to choose only.
"""
import gzip
import hashlib

from . import paths

LABELS = ["negative", "positive"]
LONGEST = 64
HELD_OUT = 1500


def _read(name):
    path = paths.texts() / name
    lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")[1:]
    rows = [line.split("\t") for line in lines if line]
    return [(text, int(label)) for label, text in rows]


def load():
    """Parts train, dev, test, each a list of (text, label). Deterministic."""
    def key(row):
        return hashlib.sha256(row[0].encode()).digest()

    rows = sorted(_read("sst2-train.tsv.gz"), key=key)
    return {"dev": rows[:HELD_OUT], "train": rows[HELD_OUT:], "test": _read("sst2-dev.tsv.gz")}


def files():
    """The files that the hash of the training data is taken over."""
    return [paths.texts() / name for name in ("sst2-train.tsv.gz", "sst2-dev.tsv.gz")]
