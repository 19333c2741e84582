"""Writes a bundle's golden files again: PyTorch's float32 logits from the bundle's own weights, over texts that may lie in the repository.

The test part's sentences of SST-2 may not, so sst2's golden texts are pieces of the mails in models/mail/golden.jsonl (CC0), about as long.
"""
import hashlib
import json
import random

import onnx
import torch
from onnx import numpy_helper

from . import batches, encoder, paths
from .students.student import SHARED, Shape, Student
from .wordpiece import WordPiece


def mail_pieces(count, words=30, seed=20261127):
    """Texts of 1 to `words` words out of mails, white space and all. Deterministic."""
    mails = [json.loads(line)["text"] for line in open(paths.bundle("mail") / "golden.jsonl")]
    generator, pieces = random.Random(seed), []
    while len(pieces) < count:
        text = generator.choice(mails)
        ends = [at for at, c in enumerate(text) if c.isspace()] + [len(text)]
        first = generator.randrange(len(ends))
        last = min(first + generator.randint(1, words), len(ends) - 1)
        piece = text[ends[first]:ends[last]].strip()
        if piece:
            pieces.append(piece)
    return pieces


def run(task, compare=False):
    """Writes golden.jsonl and golden.students.jsonl of models/TASK, and their hashes into the manifest.

    compare: over the texts that are there, and only tells how far it is from them.
    """
    folder = paths.bundle(task)
    manifest = json.loads((folder / "manifest.json").read_text())
    old = [json.loads(line) for line in open(folder / "golden.jsonl")]
    texts = [line["text"] for line in old] if compare else mail_pieces(len(old))
    tokenizer = WordPiece(folder / "vocab.txt")
    documents = [tokenizer.framed(text, manifest["maxTokens"]) for text in texts]
    with torch.no_grad():
        logits = _teacher(folder, manifest, documents)
        lines = [{"text": text, "ids": ids, "logits": row} for text, ids, row in zip(texts, documents, logits)]
        students = _students(folder, manifest, documents)
    if compare:
        _compare(folder, lines, students)
        return
    for name, rows in (("golden.jsonl", lines), ("golden.students.jsonl", students)):
        content = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
        paths.replace(folder / name, content)
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    paths.replace(folder / "manifest.json", (json.dumps(manifest, indent=2) + "\n").encode())


def _compare(folder, lines, students):
    """Prints how far this is from the files."""
    for name, rows, of in (("golden.jsonl", lines, lambda row: row["logits"]),
                           ("golden.students.jsonl", students, lambda row: sum(row["prefixes"], row["swift"]))):
        old = [of(json.loads(line)) for line in open(folder / name)]
        print(f"{name}: within {max(abs(a - b) for x, y in zip(old, map(of, rows)) for a, b in zip(x, y)):.1e} of {len(old)} lines")


def _arrays(path, prefix=""):
    """The tensors of a graph whose names begin so, without that."""
    return {t.name[len(prefix):]: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(str(path)).graph.initializer
            if t.name.startswith(prefix) and not t.name.startswith("const.")}


def _parameters(arrays):
    """encoder.py's parameters from the arrays of weights.py."""
    p = {}
    for name, value in arrays.items():
        if name.endswith(".smooth"):
            raise ValueError(f"{name} cannot be read back: the input that it smooths was folded into it")
        if name.endswith(".weight") and name.removesuffix("weight") + "scale" in arrays:
            p[name] = (value.float() * arrays[name.removesuffix("weight") + "scale"]).t()
        elif name in ("words", "places"):
            p[name] = value.float() * arrays[name + ".scale"]
        elif not name.endswith(".scale"):
            p[name] = value.t() if name.endswith("weight") else value
    for q in [name for name in p if name.endswith(".q.weight") or name.endswith(".q.bias")]:
        p[q.replace(".q.", ".qkv.")] = torch.cat([p.pop(q), p.pop(q.replace(".q.", ".kv."))])
    return p


def parameters(folder):
    """The teacher's parameters, as a bundle stores them."""
    return _parameters(_arrays(folder / "teacher.fp32.onnx"))


def _teacher(folder, manifest, documents):
    model = encoder.Encoder(parameters(folder), manifest["encoder"]["heads"])
    return [_rounded(model.logits(*batches.padded([ids]))) for ids in documents]


def _student(folder, graph, prefix, about):
    arrays = _arrays(folder / graph)
    tables = {name: value for name, value in _parameters({n: v for n, v in arrays.items() if "/" not in n}).items() if name in SHARED}
    own = _parameters({n[len(prefix):]: v for n, v in arrays.items() if n.startswith(prefix)})
    own = {name: value.flatten() if name.endswith("query") else value for name, value in own.items()}
    cls_only = "vector.weight" in own
    return Student(own, tables, Shape(about["heads"], tuple(about["intermediate"]), cls_only))


def _students(folder, manifest, documents):
    section, rows = manifest["students"], []
    members = [_student(folder, f"student.{k}.fp32.onnx", f"student{k}/", about) for k, about in enumerate(section["members"], 1)]
    heads = [_arrays(folder / f"head.{k}.onnx", f"head{k}.") for k in range(1, len(members) + 1)]
    swift = _student(folder, "swift.fp32.onnx", "swift/", section["swift"])
    for ids in documents:
        batch, total, prefixes = batches.padded([ids]), 0, []
        for member, head in zip(members, heads):
            total = total + member.features(*batch)
            prefixes.append(_rounded(total @ head["weight"] + head["bias"]))
        swift_logits = swift.features(*batch) @ swift.own["head.weight"].t() + swift.own["head.bias"]
        rows.append({"prefixes": prefixes, "swift": _rounded(swift_logits)})
    return rows


def _rounded(logits):
    return [round(x, 6) for x in logits[0].tolist()]
