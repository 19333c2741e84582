"""Accuracy and agreement of a bundle's exported graphs, run in ONNX Runtime."""
from functools import cache

import numpy as np

from . import corpora, runtime
from .students import measure


def _counts(logits, labels):
    classes = logits.shape[1]
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, logits.argmax(1)), 1)
    right = int(np.trace(confusion))
    return {"correct": right, "total": len(labels), "accuracy": round(right / len(labels), 5), "confusion": confusion.tolist()}


@cache
def _teacher(task, folder, precision, part):
    """The teacher's logits over a part; kept, since the slowest graph is asked for twice."""
    return runtime.logits(folder / f"teacher.{precision}.onnx", corpora.tokenized(task, corpora.longest(task))[part][0], threads=2)


def accuracy(task, folder, parts=("dev", "test")):
    """The manifest's `accuracy`: counts and confusion (rows: true label) for fp32 and int8, and how often the two agree."""
    corpus = corpora.tokenized(task, corpora.longest(task))
    result = {"fp32": {}, "int8": {}, "int8AgreesWithFp32": {}}
    for part in parts:
        _, labels = corpus[part]
        logits = {p: _teacher(task, folder, p, part) for p in ("fp32", "int8")}
        for precision, values in logits.items():
            result[precision][part] = _counts(values, np.array(labels))
        same = int((logits["fp32"].argmax(1) == logits["int8"].argmax(1)).sum())
        result["int8AgreesWithFp32"][part] = {"same": same, "total": len(labels)}
    return result


def students(task, folder, count, parts=("dev", "test")):
    """Figures of every mode by its name, then by precision and part: the teacher, students:1..N and swift, from the exported graphs."""
    corpus, found = corpora.tokenized(task, corpora.longest(task)), {}
    heads = [folder / f"head.{k}.onnx" for k in range(1, count + 1)]
    for precision in ("fp32", "int8"):
        group = [folder / f"student.{k}.{precision}.onnx" for k in range(1, count + 1)]
        for part in parts:
            ids, labels = corpus[part]
            teacher = _teacher(task, folder, precision, part)
            modes = {"teacher": teacher, "swift": runtime.logits(folder / f"swift.{precision}.onnx", ids)}
            modes |= {f"students:{n}": logits for n, logits in enumerate(runtime.prefixes(group, heads, ids), 1)}
            for mode, logits in modes.items():
                found.setdefault(mode, {}).setdefault(precision, {})[part] = measure.figures(logits, np.array(labels), teacher)
    return found
