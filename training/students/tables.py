"""The tables of docs/results/students-training.md (stages) and accuracy.md (modes), made from the runs' logs and the bundle's manifest."""
import json

from .. import paths
from . import run


def _stages(path):
    """A row for each student boosted, and for each prefix after each corrective pass, from a log."""
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    if any("dev" in entry for entry in entries):
        raise SystemExit(f"{path} was written by an earlier version; delete {path.parent} and train again")
    facts = {}
    for entry in entries:
        facts.setdefault(entry["stage"], {}).update({k: v for k, v in entry.items() if k in ("sigma", "a", "start", "seconds", "steps")})
    yield "| after | teacher layers | sigma | a | steps | minutes | right on held-out | agrees | divergence |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for entry in entries:
        if entry["stage"] == "boosted":
            n, last = entry["students"], entry["held"][-1]
            f = facts[f"boost{n}"]
            yield _row(f"student {n}", ", ".join(str(i + 1) for i in f["start"]), f"{f['sigma']:.3f}", f"{f['a']:.3f}", f["steps"],
                       f"{f['seconds'] / 60:.0f}", f"{last['correct']} of {last['total']}", last["agrees"], f"{last['divergence']:.4f}")
        if entry["stage"].startswith("corrected"):
            number = entry["stage"].removeprefix("corrected")
            f = facts[f"correct{number}"]
            if not entry["held"]:
                yield _row(f"corrective pass {number}, which reads the held-out documents", "", "", "", f["steps"],
                           f"{f['seconds'] / 60:.0f}", "", "", "")
            for row in entry["held"]:
                yield _row(f"corrective pass {number}, {row['n']} of {len(entry['held'])}, {entry['arithmetic']}", "", "", "", f["steps"],
                           f"{f['seconds'] / 60:.0f}", f"{row['correct']} of {row['total']}", row["agrees"], f"{row['divergence']:.4f}")


def _modes(manifest):
    """A row for each mode and precision, from the exported graphs."""
    section = manifest["students"]
    modes = {"teacher": section["teacher"]} | {f"students:{p['students']}": p for p in section["prefixes"]} | {"swift": section["swift"]}
    yield "| mode | | dev: right | agrees | ECE | test: right | accuracy | agrees | ECE |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for mode, figures in modes.items():
        for precision in ("fp32", "int8"):
            dev, test = figures[precision]["dev"], figures[precision]["test"]
            yield _row(mode, precision, f"{dev['correct']} of {dev['total']}", dev["agrees"], f"{dev['ece']:.4f}",
                       f"{test['correct']} of {test['total']}", f"{test['accuracy']:.2%}", test["agrees"], f"{test['ece']:.4f}")


def _row(*cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def show(task, name):
    """Prints every table there is figures for."""
    for kind in ("pair", "group", "swift", "bagging"):
        path = run.folder(name, kind) / "log.jsonl"
        if path.exists():
            print(f"\n{task}, {kind}\n", *_stages(path), sep="\n")
    manifest = json.loads((paths.bundle(task) / "manifest.json").read_text())
    if "students" in manifest:
        print(f"\n{task}, modes\n", *_modes(manifest), sep="\n")
