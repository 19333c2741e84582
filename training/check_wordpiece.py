"""Compares the tokenizer with every golden line of tests/Data/vectors/wordpiece."""
import gzip
import json

from . import paths
from .wordpiece import WordPiece


def run():
    """Prints and returns the number of lines that differ."""
    tokenizer = WordPiece(paths.VECTORS / "vocab.txt")
    lines = [json.loads(line) for line in gzip.open(paths.VECTORS / "cases.jsonl.gz", "rt")]
    wrong = [line for line in lines if tokenizer.encode(line["text"]) != line.get("ids_plain", line["ids"])]
    for line in wrong[:10]:
        print(line["kind"], ascii(line["text"][:80]))
    print(f"wordpiece: {len(lines) - len(wrong)} of {len(lines)} lines equal")
    return len(wrong)
