"""The tasks' corpora by name, tokenized once and kept."""
import hashlib
import importlib
import json

from . import paths
from .wordpiece import WordPiece

TASKS = ("sst2", "mail")


def _module(task):
    return importlib.import_module(f"{__package__}.corpus_{task}")


def labels(task):
    """Label names; their place is the class number."""
    return _module(task).LABELS


def longest(task):
    """Most tokens of a document, [CLS] and [SEP] included."""
    return _module(task).LONGEST


def sha256_of_files(task):
    """Hash over the hashes of the corpus's files, in order."""
    total = hashlib.sha256()
    for path in _module(task).files():
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def load(task):
    """Parts train, dev, test: lists of (text, label)."""
    return _module(task).load()


def tokenized(task, longest_document):
    """Parts as (list of framed id lists, list of labels), from the cache when it is there."""
    path = paths.cache() / f"{task}-{longest_document}-{sha256_of_files(task)[:12]}.json"
    if not path.exists():
        tokenizer = WordPiece(paths.pretrained() / "vocab.txt")
        parts = {part: ([tokenizer.framed(text, longest_document) for text, _ in rows], [label for _, label in rows])
                 for part, rows in load(task).items()}
        path.write_text(json.dumps(parts))
    return {part: tuple(both) for part, both in json.loads(path.read_text()).items()}
