"""Figures of a mode's logits: accuracy, agreement with the teacher, calibration."""
import numpy as np
import torch

from .boost import divergence

BINS = 15


def probabilities(logits):
    """Softmax over rows [N, C]."""
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def calibration_error(logits, labels):
    """Expected calibration error over 15 bins of equal width (Guo et al. 2017, section 2), 0..1."""
    p, right = probabilities(logits), logits.argmax(1) == labels
    confidence = p.max(1)
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return sum(abs(confidence[place == b].sum() - right[place == b].sum()) for b in range(BINS)) / len(labels)


def figures(logits, labels, teacher):
    """The manifest's entry of one mode on one part. logits [N, C], labels [N], teacher [N, C] of the same precision."""
    right, same = int((logits.argmax(1) == labels).sum()), int((logits.argmax(1) == teacher.argmax(1)).sum())
    return {"correct": right, "agrees": same, "total": len(labels), "accuracy": round(right / len(labels), 5),
            "agreement": round(same / len(labels), 5), "ece": round(float(calibration_error(logits, labels)), 5)}


@torch.no_grad()
def prefixes(group, documents):
    """PyTorch's logits of every prefix over all documents, [n][N, C]."""
    size, labels = len(group.students), len(group.teacher_head[1])
    logits = np.zeros((size, len(documents.ids), labels), np.float32)
    for numbers, batch in documents.all():
        for n, vector in enumerate(group.vectors(batch, size)):
            if n > 0:
                logits[n - 1, numbers] = group.logits(vector, n).numpy()
    return logits


def summary(group, documents):
    """Short figures of every prefix for the log."""
    logits = prefixes(group, documents)
    labels, teacher = np.array(documents.labels), documents.z.astype(np.float32)
    teacher = group.teacher_head_over(torch.from_numpy(teacher)).numpy()
    rows = []
    for n, values in enumerate(logits, 1):
        found = figures(values, labels, teacher)
        apart = float(divergence(torch.from_numpy(values), torch.from_numpy(teacher)))
        rows.append({"n": n, **{k: found[k] for k in ("correct", "agrees", "total", "ece")}, "divergence": round(apart, 5)})
    return rows
