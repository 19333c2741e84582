"""Checks a written bundle: every graph against the golden logits, and that no graph's result depends on the batch."""
import json

import numpy as np

from . import runtime


def _golden(folder, name):
    path = folder / name
    return [json.loads(line) for line in open(path)] if path.exists() else []


def _mates(count, seed):
    """Random batches of 1 to 8 over all documents."""
    random, order, groups = np.random.default_rng(seed), list(range(count)), []
    random.shuffle(order)
    while order:
        size = int(random.integers(1, 9))
        groups.append(order[:size])
        order = order[size:]
    return groups


def _report(name, run, golden):
    """One line: run(groups) -> logits [N, C], alone and with mates, against golden [N, C]."""
    alone, mixed = run([[n] for n in range(len(golden))]), run(_mates(len(golden), 1))
    same = float((alone.argmax(1) == golden.argmax(1)).mean())
    print(f"{name:48} from golden {np.abs(alone - golden).max():.6f}  alone against with mates {np.abs(alone - mixed).max():.2e}"
          f"{' (same bits)' if np.array_equal(alone, mixed) else ''}  same label {same:.4f}", flush=True)


def run(folder, limit=100):
    """Prints, for each graph and each mode, the largest distance from golden logits and between two ways of batching."""
    lines = _golden(folder, "golden.jsonl")[:limit]
    ids, golden = [line["ids"] for line in lines], np.array([line["logits"] for line in lines], np.float32)
    for graph in ["teacher.fp32.onnx", "teacher.int8.onnx"] + sorted(p.name for p in folder.glob("baseline-teacher*.onnx")):
        _report(graph, lambda groups: runtime.logits(folder / graph, ids, groups), golden)
    students = _golden(folder, "golden.students.jsonl")[:limit]
    for precision in ("fp32", "int8") if students else ():
        swift = np.array([line["swift"] for line in students], np.float32)
        _report(f"swift.{precision}.onnx", lambda groups: runtime.logits(folder / f"swift.{precision}.onnx", ids, groups), swift)
        count = len(students[0]["prefixes"])
        graphs = [folder / f"student.{k}.{precision}.onnx" for k in range(1, count + 1)]
        heads = [folder / f"head.{k}.onnx" for k in range(1, count + 1)]
        for n in range(1, count + 1):
            golden = np.array([line["prefixes"][n - 1] for line in students], np.float32)
            _report(f"students:{n} {precision}", lambda groups: runtime.prefixes(graphs[:n], heads[:n], ids, groups)[n - 1], golden)
            if precision == "fp32":
                _report(f"group.{n}.fp32.onnx", lambda groups: runtime.logits(folder / f"group.{n}.fp32.onnx", ids, groups), golden)
