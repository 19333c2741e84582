"""Documents to padded batches of near-equal length."""
import numpy as np
import torch


def padded(documents):
    """List of id lists -> ids [B, S] int64 padded with 0, lengths [B]."""
    lengths = torch.tensor([len(d) for d in documents])
    ids = torch.zeros(len(documents), int(lengths.max()), dtype=torch.int64)
    for row, document in enumerate(documents):
        ids[row, : len(document)] = torch.tensor(document)
    return ids, lengths


def cut(order, lengths, rows, tokens):
    """Cuts `order` (document numbers) into batches of at most `rows` documents and `tokens` padded tokens."""
    batches, batch, longest = [], [], 0
    for n in order:
        longest = max(longest, lengths[n])
        if batch and (len(batch) == rows or longest * (len(batch) + 1) > tokens):
            batches.append(batch)
            batch, longest = [], lengths[n]
        batch.append(n)
    return batches + [batch] if batch else batches


def limits(count, shares, seed):
    """A length limit for each of `count` documents, drawn from (limit, share) pairs. Deterministic."""
    random = np.random.default_rng(seed)
    return random.choice([limit for limit, _ in shares], size=count, p=[share for _, share in shares]).tolist()


def shortened(document, limit):
    """A framed document cut to `limit` ids; the last stays [SEP]."""
    return document if len(document) <= limit else document[: limit - 1] + document[-1:]


def epoch(lengths, rows, tokens, seed, window=64):
    """Shuffled batches: documents are shuffled, sorted by length inside windows of `window` batches, cut, and shuffled again."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), rows * window):
        part = sorted(order[start : start + rows * window], key=lambda n: lengths[n])
        batches += cut(part, lengths, rows, tokens)
    return [batches[i] for i in random.permutation(len(batches))]


def in_order(lengths, rows=64, tokens=4096):
    """Batches over all documents, sorted by length; for evaluation."""
    return cut(sorted(range(len(lengths)), key=lambda n: lengths[n]), lengths, rows, tokens)
