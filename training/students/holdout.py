"""Sentences that no student reads while anything is chosen, for a corpus whose lines lie inside one another.

SST-2's train lines are sentences and phrases of them. A line held out at random is still read in the sentence that it is cut from (1,346 of
the 1,500 lines of `dev` are), so a student's figures on it are too good. Held out here are whole sentences, with all that shares text with
them.
"""
import hashlib
from collections import defaultdict

COUNT, SHORTEST = 1000, 10  # sentences, and least tokens of one, unframed
LEAD, SHARED = 5, 3  # tokens by which a containing line is looked up; tokens in a row that count as shared text
SAME = 0.6  # share of a line's runs of SHARED tokens above which it is a version of a held-out sentence


def split(documents, count=COUNT):
    """Framed id lists -> (numbers of the held-out sentences, numbers of the documents to learn from). Deterministic."""
    bodies = [tuple(d[1:-1]) for d in documents]
    texts = [" " + " ".join(map(str, body)) + " " for body in bodies]
    held = sorted(_sentences(bodies, texts), key=lambda n: hashlib.sha256(texts[n].encode()).digest())[:count]
    taken, inside = set(held), "\n".join(texts[n] for n in held)
    runs = {run for n in held for run in _runs(bodies[n])}
    kept = [n for n, body in enumerate(bodies) if n not in taken and not _shares(body, texts[n], inside, runs)]
    return held, kept


def _sentences(bodies, texts):
    """Lines of at least SHORTEST tokens that lie in no other line."""
    longest_first = sorted((n for n, body in enumerate(bodies) if len(body) >= SHORTEST), key=lambda n: -len(bodies[n]))
    containing = defaultdict(list)
    for n in longest_first:
        for run in _runs(bodies[n], LEAD):
            containing[run].append(n)
    for n in longest_first:
        longer = (m for m in containing[bodies[n][:LEAD]] if len(bodies[m]) > len(bodies[n]))
        if not any(texts[n] in texts[m] for m in longer):
            yield n


def _shares(body, text, inside, runs):
    """A phrase of a held-out sentence (of SHARED tokens or more: shorter ones are common words), or nearly the sentence."""
    if len(body) < SHARED:
        return False
    own = _runs(body)
    return own[0] in runs and text in inside or len(body) > LEAD and sum(run in runs for run in own) > SAME * len(own)


def _runs(body, length=SHARED):
    return [body[i : i + length] for i in range(len(body) - length + 1)]
