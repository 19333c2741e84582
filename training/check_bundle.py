"""Checks a written bundle: every graph against the golden logits, and that no graph's result depends on the batch."""
import json

import numpy as np
import onnx

from . import runtime

# A float graph's logits may be so far from the golden ones, move so far with the company of a document, and must give so many labels alike.
LIMITS = {"fp32": (1e-3, 1e-4, 0.995), "fp16": (0.03, 1e-3, 0.995)}
ONLY_CUDA = "-pmha.onnx"


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


def _whole(path):
    """Whether each input of a graph, and of each operator in it, is an input, a constant or an earlier operator's output."""
    graph = onnx.load(str(path), load_external_data=False).graph
    known = {""} | {value.name for value in graph.input} | {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if not known.issuperset(node.input):
            return False
        known.update(node.output)
    return known.issuperset(value.name for value in graph.output)


def _report(name, run, golden):
    """One line: run(groups) -> logits [N, C], alone and with mates, against golden [N, C]. Returns whether a float graph is as near as it
    must be."""
    alone, mixed = run([[n] for n in range(len(golden))]), run(_mates(len(golden), 1))
    same = float((alone.argmax(1) == golden.argmax(1)).mean())
    away, moved = float(np.abs(alone - golden).max()), float(np.abs(alone - mixed).max())
    limit = next((limit for precision, limit in LIMITS.items() if precision in name and "int8" not in name), None)
    good = limit is None or (away <= limit[0] and moved <= limit[1] and same >= limit[2])
    print(f"{name:48} from golden {away:.6f}  alone against with mates {moved:.2e}{' (same bits)' if np.array_equal(alone, mixed) else ''}"
          f"  same label {same:.4f}{'' if good else f'  BEYOND {limit}'}", flush=True)
    return good


def run(folder, limit=100):
    """Prints, for each graph and each mode, the largest distance from golden logits and between two ways of batching. Ends with 1 where a
    float graph is beyond its limits, or one that runs on a GPU alone is not whole."""
    lines = _golden(folder, "golden.jsonl")[:limit]
    ids, golden = [line["ids"] for line in lines], np.array([line["logits"] for line in lines], np.float32)
    good, precisions = [], [p for p in ("fp32", "int8", "fp16") if (folder / f"teacher.{p}.onnx").exists()]
    for graph in [f"teacher.{p}.onnx" for p in precisions] + sorted(p.name for p in folder.glob("baseline-teacher*.onnx")):
        if graph.endswith(ONLY_CUDA):
            good.append(_whole(folder / graph))
            print(f"{graph:48} {'whole' if good[-1] else 'NOT WHOLE'}; runs on a GPU only", flush=True)
        else:
            good.append(_report(graph, lambda groups: runtime.logits(folder / graph, ids, groups), golden))
    students = _golden(folder, "golden.students.jsonl")[:limit]
    for precision in precisions if students else ():
        swift = np.array([line["swift"] for line in students], np.float32)
        graph = folder / f"swift.{precision}.onnx"
        good.append(_report(graph.name, lambda groups: runtime.logits(graph, ids, groups), swift))
        count = len(students[0]["prefixes"])
        graphs = [folder / f"student.{k}.{precision}.onnx" for k in range(1, count + 1)]
        heads = [folder / f"head.{k}.onnx" for k in range(1, count + 1)]
        for n in range(1, count + 1):
            golden = np.array([line["prefixes"][n - 1] for line in students], np.float32)
            prefixes = lambda groups: runtime.prefixes(graphs[:n], heads[:n], ids, groups)[n - 1]
            good.append(_report(f"students:{n} {precision}", prefixes, golden))
            stacked = folder / f"group.{n}.{precision}.onnx"
            if stacked.exists():
                good.append(_report(stacked.name, lambda groups: runtime.logits(stacked, ids, groups), golden))
    if not all(good):
        raise SystemExit(1)
