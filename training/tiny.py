"""Small models for tests: a whole bundle of random weights, one operator, and the worst case for u8 x s8."""

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper

from . import bundle, calibrate, encoder, quantize, tiny_students
from .wordpiece import WordPiece

LAYERS, HIDDEN, HEADS, INNER, PLACES = 2, 32, 2, 64, 64
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = "the good bad film mail free money meeting not very".split()
TEXTS = ["a good film", "the mail", "not very good", "free money!", "bad", "", "meeting at 9, bring the film and free mail for all",
         "unaffable zebra quiz", "caf\u00e9 \u2014 na\u00efve", "\u4e2d\u6587 good \U0001f600 film", "[SEP] forged [CLS]", "x" * 120]


def vocabulary():
    """About 100 tokens: the special ones first, so that [PAD] is 0, then letters, digits, marks and some words."""
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *("##" + c for c in LETTERS), *"0123456789", *".,!?-'[]", *WORDS]


def _parameters(tokens, labels):
    generator = torch.Generator().manual_seed(7)

    def random(*shape, spread=0.2):
        return torch.randn(*shape, generator=generator) * spread

    p = {"words": random(tokens, HIDDEN), "places": random(PLACES, HIDDEN),
         "head.weight": random(labels, HIDDEN, spread=1.0), "head.bias": random(labels)}
    norms = ["norm"] + [f"{i}.norm{k}" for i in range(LAYERS) for k in (1, 2)]
    for norm in norms:
        p[norm + ".gain"], p[norm + ".shift"] = 1 + random(HIDDEN), random(HIDDEN)
    for i in range(LAYERS):
        parts = {"qkv": (3 * HIDDEN, HIDDEN), "out": (HIDDEN, HIDDEN), "up": (INNER, HIDDEN), "down": (HIDDEN, INNER)}
        for part, (rows, columns) in parts.items():
            p[f"{i}.{part}.weight"], p[f"{i}.{part}.bias"] = random(rows, columns), random(rows)
    for name in ("words", "places"):
        p[name] = quantize.on_grid(p[name], quantize.scales_of(p[name], quantize.ROW_LIMIT), quantize.ROW_LIMIT)
    return p


def write_bundle(folder):
    """A bundle like the trained ones, two students and a swift one included, but 2 layers of 32 and no knowledge."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary()
    vocabulary_path = folder.parent / "vocab.partial"
    vocabulary_path.write_text("\n".join(tokens) + "\n")
    p = _parameters(len(tokens), 2)
    grid = {n: quantize.scales_of(p[n + ".weight"]) for n in encoder.names_of_products(LAYERS)}
    tokenizer = WordPiece(vocabulary_path)
    source = bundle.Source("tiny", "1.0.0", "tests", ["no", "yes"], 32, vocabulary_path, p, HEADS, grid, {},
                           training={"data": "none: random weights", "seed": 7})
    documents = [tokenizer.framed(t, 32) for t in TEXTS]
    source.static = calibrate.static(calibrate.record(bundle.float_model(source), documents), 1)
    bundle.Writer(source, folder, tiny_students.of(source, documents)).write(TEXTS, tokenizer, baselines=("teacher",))
    vocabulary_path.unlink()


def write_add(path):
    """sum = a + b, float32 vectors of one length N."""
    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N"])
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["sum"])], "add", [value("a"), value("b")], [value("sum")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="sluice")
    helper.set_model_props(model, {"id": "add"})
    path.write_bytes(model.SerializeToString(deterministic=True))


def write_worst_case(path):
    """y[T,2] = x[T,384] u8 (given as int32) x s8 weights, scales 1, zero point 0: column 0 is 64 everywhere, column 1 is -64.

    x = 255 everywhere must give 6,266,880 and -6,266,880 (384 x 255 x 64): exact in float32, and the most that can be added in 16 bits.
    """
    rows = helper.make_tensor_value_info("x", TensorProto.INT32, ["T", 384])
    sums = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["T", 2])
    w = np.tile(np.array([64, -64], np.int8), (384, 1))
    constants = [numpy_helper.from_array(a, n) for n, a in
                 (("w", w), ("one", np.float32(1)), ("ones", np.ones(2, np.float32)), ("zero", np.uint8(0)))]
    nodes = [helper.make_node("Cast", ["x"], ["u8"], to=TensorProto.UINT8),
             helper.make_node("MatMulIntegerToFloat", ["u8", "w", "one", "ones", "zero"], ["y"], domain="com.microsoft")]
    graph = helper.make_graph(nodes, "worst_case", [rows], [sums], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="sluice")
    path.write_bytes(model.SerializeToString(deterministic=True))


def write_products(path, rows=4):
    """y0..y3 [T,1536] = x[T,384] u8 (given as int32) times four s8 weights: nothing but the products of the int8 teacher, to measure their
    limit by."""
    x = helper.make_tensor_value_info("x", TensorProto.INT32, ["T", 384])
    outputs = [helper.make_tensor_value_info(f"y{k}", TensorProto.FLOAT, ["T", 1536]) for k in range(rows)]
    constants = [numpy_helper.from_array(a, n) for n, a in
                 (("shape", np.array([384, 1536])), ("one", np.float32(1)), ("ones", np.ones(1536, np.float32)), ("zero", np.uint8(128)))]
    nodes = [helper.make_node("Cast", ["x"], ["u8"], to=TensorProto.UINT8)]
    for k in range(rows):
        value = numpy_helper.from_array(np.array([k + 3], np.int8))
        nodes += [helper.make_node("ConstantOfShape", ["shape"], [f"w{k}"], value=value),
                  helper.make_node("MatMulIntegerToFloat", ["u8", f"w{k}", "one", "ones", "zero"], [f"y{k}"], domain="com.microsoft")]
    graph = helper.make_graph(nodes, "products", [x], outputs, constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="sluice")
    path.write_bytes(model.SerializeToString(deterministic=True))


def write_all(folder):
    """Everything into tests/FunctionalTests/TinyModels."""
    folder.mkdir(parents=True, exist_ok=True)
    write_bundle(folder / "tiny")
    write_add(folder / "add.onnx")
    write_worst_case(folder / "worst-case.onnx")
    write_products(folder / "products.onnx")
