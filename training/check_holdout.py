"""Checks which lines of a nested corpus are held out with a sentence."""
from .students import holdout

SENTENCES = (list(range(100, 114)), list(range(200, 214)))


def run():
    """Prints and returns the number of faults."""
    lines, belongs = [], []
    for n, sentence in enumerate(SENTENCES):
        twin = sentence[:6] + [900 + n] + sentence[7:]
        for body in (sentence, sentence[2:9], sentence[-3:], twin):
            lines.append([1, *body, 2])
            belongs.append(n)
    short = len(lines)
    lines += [[1, 100, 101, 2], [1, 200, 201, 2], [1, 500, 501, 502, 503, 504, 2]]
    held, kept = holdout.split(lines, count=1)
    chosen = belongs[held[0]]
    wanted = [n for n, owner in enumerate(belongs) if owner != chosen] + list(range(short, len(lines)))
    faults = [n for n in range(len(lines)) if (n in kept) != (n in wanted)] + ([] if len(held) == 1 else held)
    if holdout.split(lines, count=1) != (held, kept):
        faults.append("another split the second time")
    print(f"holdout: {len(faults)} faults of {len(lines)} lines {faults or ''}")
    return len(faults)
