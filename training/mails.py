"""The held-out mails as the demo and the benchmarks read them: data/mail/test.avro, made from the corpus by split.tsv.

python3 -m training.mails writes the file anew, with the standard library only; the same corpus gives the same bytes.
"""
import hashlib

from . import avro_file, paths
from .mail_text import joined, parts_of

FIELDS = {
    "id": "File of the mail in the corpus.",
    "subject": "The subject field, unfolded; empty where there is none.",
    "body": "The text of the part that a reader is shown.",
    "label": "What it truly is: ham or spam.",
}


def held_out():
    """The test part of split.tsv, in an order that mixes both labels and the years: by hash of the name."""
    lines = [line.split("\t") for line in (paths.bundle("mail") / "split.tsv").read_text().splitlines()]
    return sorted((line for line in lines if line[1] == "test"), key=lambda line: hashlib.sha256(line[0].encode()).hexdigest())


def records():
    """The mails as dicts of FIELDS, each checked against the hash that split.tsv has of its text."""
    for name, _, label, _, digest in held_out():
        subject, body = parts_of((paths.mail_package() / "data" / name).read_bytes())
        if hashlib.sha256(joined(subject, body).encode()).hexdigest() != digest:
            raise SystemExit(f"the text of {name} is not the one split.tsv was made from")
        yield {"id": name, "subject": subject, "body": body, "label": label}


def write():
    paths.held_out_mails().parent.mkdir(parents=True, exist_ok=True)
    doc = "A mail of SpamAssassin's public corpus that the model has never seen (PDDL 1.0, CC0)."
    avro_file.write(paths.held_out_mails(), "sluice.Mail", doc, FIELDS, records())


if __name__ == "__main__":
    write()
