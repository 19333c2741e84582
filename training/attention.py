"""Attention over packed rows as operators of our own, each also a function of ONNX's, so that any runtime can expand it.

The worker runs them with a kernel of its own where it has one (src/Kernels): the rows as they lie, in 8-bit integers, in a third to a half
of the time. Expanded, they gather the rows into a padded tensor for ONNX's Attention in float32. Only int8 graphs use them.
"""
import numpy as np
from onnx import AttributeProto, TensorProto, helper, numpy_helper

DOMAIN = "sluice"


def fits(heads, hidden):
    """Whether the kernel takes such heads."""
    return hidden % (16 * heads) == 0 and hidden // heads <= 128


def _attention(q, k, v):
    node = helper.make_node("Attention", [q, k, v, "", "", "", "counts"], ["attended"])
    for name in ("q_num_heads", "kv_num_heads"):
        node.attribute.append(AttributeProto(name=name, ref_attr_name="heads", type=AttributeProto.INT))
    return node


def _gathered(*rows):
    return [helper.make_node("Gather", [x, "gather"], [f"{x}_rows"]) for x in rows]


def functions(opset):
    """PackedAttention(qkv[T,3H], lengths[B], gather[B,S], scatter[T]) -> context[T,H], and
    PackedClsAttention(q[B,H], k[T,H], v[T,H], lengths[B], gather[B,S]) -> context[B,H]; attribute heads."""
    make, imports = helper.make_node, [helper.make_opsetid("", opset)]
    counts = make("Cast", ["lengths"], ["counts"], to=TensorProto.INT64)
    one = make("Constant", [], ["one"], value=numpy_helper.from_array(np.array([1], np.int64)))
    minus = make("Constant", [], ["minus"], value=numpy_helper.from_array(np.array([-1], np.int64)))
    every = [
        make("Split", ["qkv"], ["q", "k", "v"], axis=1, num_outputs=3), *_gathered("q", "k", "v"), counts,
        _attention("q_rows", "k_rows", "v_rows"),
        minus, make("Shape", ["q"], ["width"], start=1, end=2), make("Concat", ["minus", "width"], ["flat"], axis=0),
        make("Reshape", ["attended", "flat"], ["rows"]), make("Gather", ["rows", "scatter"], ["context"])]
    cls = [one, make("Unsqueeze", ["q", "one"], ["asking"]), *_gathered("k", "v"), counts, _attention("asking", "k_rows", "v_rows"),
           make("Squeeze", ["attended", "one"], ["context"])]
    return [helper.make_function(DOMAIN, name, inputs, ["context"], nodes, imports, attributes=["heads"]) for name, inputs, nodes in (
        ("PackedAttention", ["qkv", "lengths", "gather", "scatter"], every),
        ("PackedClsAttention", ["q", "k", "v", "lengths", "gather"], cls))]
