"""Checks a written bundle: every graph against the golden logits, and that no graph's result depends on the batch."""
import json

import numpy as np

from . import runtime


def _golden(folder):
    lines = [json.loads(line) for line in open(folder / "golden.jsonl")]
    return [line["ids"] for line in lines], np.array([line["logits"] for line in lines], np.float32)


def _mates(count, seed):
    """Random batches of 1 to 8 over all documents."""
    random, order, groups = np.random.default_rng(seed), list(range(count)), []
    random.shuffle(order)
    while order:
        size = int(random.integers(1, 9))
        groups.append(order[:size])
        order = order[size:]
    return groups


def run(folder, limit=100):
    """Prints, for each graph, the largest distance from golden logits and between two ways of batching."""
    ids, golden = _golden(folder)
    ids, golden = ids[:limit], golden[:limit]
    for graph in ["teacher.fp32.onnx", "teacher.int8.onnx"] + sorted(p.name for p in folder.glob("baseline-teacher*.onnx")):
        alone = runtime.logits(folder / graph, ids, [[n] for n in range(len(ids))])
        mixed = runtime.logits(folder / graph, ids, _mates(len(ids), 1))
        same = float((alone.argmax(1) == golden.argmax(1)).mean())
        print(f"{graph:48} from golden {np.abs(alone - golden).max():.6f}  alone against with mates {np.abs(alone - mixed).max():.2e}"
              f"{' (same bits)' if np.array_equal(alone, mixed) else ''}  same label {same:.4f}", flush=True)
