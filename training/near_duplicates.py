"""Groups near-duplicate texts, so that no group crosses from training to testing.

Two texts are near-duplicates when the Jaccard similarity of their sets of word 5-grams is at least 0.5 (letters in lower
case, every run of digits one 0). Candidates come from MinHash in bands of 2 (Broder 1997; a pair at 0.5 is missed with
probability 0.75^64), each is then compared exactly, and groups are the connected components.
"""
import hashlib
import re
from collections import defaultdict

import numpy as np

SHINGLE, BANDS, ROWS, ALIKE = 5, 64, 2, 0.5
_PRIME = (1 << 31) - 1


def shingles(text):
    """Sorted unique 31-bit hashes of the text's word 5-grams; of the whole text when it has fewer words."""
    words = re.findall(r"[a-z]+|0", re.sub(r"[0-9]+", "0", text.lower()))
    grams = {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}
    return np.array(sorted({int.from_bytes(hashlib.blake2b(g.encode(), digest_size=4).digest(), "big") % _PRIME for g in grams}),
                    dtype=np.uint64)


def _signatures(sets, seed):
    random = np.random.default_rng(seed)
    a = random.integers(1, _PRIME, (BANDS * ROWS, 1), dtype=np.uint64)
    b = random.integers(0, _PRIME, (BANDS * ROWS, 1), dtype=np.uint64)
    return np.stack([((a * s + b) % np.uint64(_PRIME)).min(1) for s in sets])


def groups(texts, seed=1):
    """The group number of each text; numbers are those of the group's first text."""
    sets = [shingles(text) for text in texts]
    signatures = _signatures(sets, seed)
    owner = list(range(len(texts)))

    def root(n):
        while owner[n] != n:
            owner[n] = owner[owner[n]]
            n = owner[n]
        return n

    for band in range(BANDS):
        buckets = defaultdict(list)
        for n, row in enumerate(signatures[:, band * ROWS : (band + 1) * ROWS].tolist()):
            buckets[tuple(row)].append(n)
        for bucket in buckets.values():
            for place, n in enumerate(bucket):
                for other in bucket[:place]:
                    if root(n) != root(other):
                        common = np.intersect1d(sets[n], sets[other], assume_unique=True).size
                        if common >= ALIKE * (sets[n].size + sets[other].size - common):
                            owner[max(root(n), root(other))] = min(root(n), root(other))
    return [root(n) for n in range(len(texts))]
