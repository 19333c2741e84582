"""Compares the encoder with golden [CLS] vectors after the embeddings and layers 1, 6 and 12, where its folder has golden.json."""
import json

import torch

from . import batches, encoder, paths

TOLERANCE = 2e-5  # the golden values have 5 decimals


def cls_by_depth(model, ids):
    """[CLS] after the embeddings (0) and after each layer, for one document."""
    tokens, lengths = batches.padded([ids])
    mask, x = model.mask(tokens, lengths), model.embed(tokens)
    rows = [x[0]]
    for i in range(model.layers):
        x = model.layer(i, x, 1, mask)
        rows.append(x[0])
    return rows


def run():
    """Prints the largest difference; returns 1 if it is above the tolerance."""
    folder = paths.pretrained()
    if not (folder / "golden.json").exists():
        print(f"encoder: not compared, {folder} has no golden.json")
        return 0
    p = encoder.from_pretrained(folder, 2, 1, embeddings_on_grid=False)
    model, worst = encoder.Encoder(p, heads=12), 0.0
    with torch.no_grad():
        for case in json.loads((folder / "golden.json").read_text()):
            rows = cls_by_depth(model, case["ids"])
            for depth, wanted in case["cls"].items():
                worst = max(worst, float((rows[int(depth)][:16] - torch.tensor(wanted)).abs().max()))
    print(f"encoder: within {worst:.1e} of the golden vectors")
    return int(worst > TOLERANCE)
