"""Words that stand close in the embedding table, to swap one for another in transfer texts."""
import torch
from torch.nn.functional import normalize

BLOCK = 2048


def table(words, tokens, count=10):
    """words [V, H]: the embedding table; tokens: the vocabulary's lines. Returns {id: [ids]}: for each whole word of letters, the `count`
    others of largest cosine."""
    whole = torch.tensor([i for i, token in enumerate(tokens) if token.isascii() and token.isalpha() and len(token) > 1])
    rows = normalize(words.detach()[whole], dim=1)
    near = {}
    for start in range(0, len(whole), BLOCK):
        close = (rows[start : start + BLOCK] @ rows.t()).topk(count + 1, dim=1).indices
        for n, row in zip(whole[start : start + BLOCK].tolist(), whole[close].tolist()):
            near[n] = [other for other in row if other != n][:count]
    return near
