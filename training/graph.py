"""Writes ONNX graphs operator by operator: opset 17 with IR 8, or 24 with IR 10, and com.microsoft 1. Weights stay in the weights file."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from . import attention, paths

MICROSOFT = "com.microsoft"
SERVED_OPSET = 24  # the first whose Attention takes the lengths of the rows
TYPES = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int8): TensorProto.INT8, np.dtype(np.uint8): TensorProto.UINT8,
          np.dtype(np.int32): TensorProto.INT32, np.dtype(np.int64): TensorProto.INT64}


def source_of(product):
    """The product whose input this one reads: queries, keys and values read one and the same."""
    layer, _, which = product.partition(".")
    return f"{layer}.qkv" if which in ("q", "kv") else product


class Graph:
    """A graph under construction. Methods named as operators append one and return the name of its output."""

    def __init__(self, weights, weights_name="weights.bin", opset=17):
        self._weights, self._location, self.opset = weights, weights_name, opset
        self._nodes, self._constants, self._count, self._halves = [], {}, 0, set()
        self.inputs, self.outputs = [], []

    def input(self, name, *shape):
        """An int32 input; dimensions are names or sizes."""
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT32, shape))
        return name

    def output(self, name, *shape):
        """A float32 output, already computed under this name."""
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def weight(self, name):
        """A tensor of the weights file, by its name there."""
        if name not in self._constants:
            offset, length, kind, shape = self._weights.entries[name]
            tensor = TensorProto(name=name, data_type=TYPES[kind], dims=shape, data_location=TensorProto.EXTERNAL)
            for key, value in (("location", self._location), ("offset", offset), ("length", length)):
                tensor.external_data.add(key=key, value=str(value))
            self._constants[name] = tensor
        return name

    def part(self, product, suffix):
        """`.weight`, `.scale` or `.bias` of a product. Queries, keys and values that are stored together are cut apart,
        and the other way round; ONNX Runtime folds that when it loads."""
        layer, _, which = product.partition(".")
        joined = f"{layer}.qkv"
        if product + suffix in self._weights.entries:
            return self.weight(product + suffix)
        if which == "qkv":
            return self.op("Concat", *(self.weight(f"{layer}.{half}{suffix}") for half in ("q", "kv")), axis=-1)
        shape = self._weights.entries[joined + suffix][3]
        first, last = (0, shape[-1] // 3) if which == "q" else (shape[-1] // 3, shape[-1])
        ends = (self.constant([edge], np.int64) for edge in (first, last, len(shape) - 1))
        return self.op("Slice", self.weight(joined + suffix), *ends)

    def smooth(self, product):
        """The tensor that a product's input is multiplied by, or None; queries, keys and values share theirs."""
        name = f"{source_of(product)}.smooth"
        return self.weight(name) if name in self._weights.entries else None

    def constant(self, value, kind):
        """A small constant kept in the graph file."""
        array = np.asarray(value, dtype=kind)
        name = f"const.{array.dtype}.{'x'.join(map(str, array.shape))}.{'_'.join(map(str, array.ravel().tolist()))}"
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def op(self, kind, *inputs, out=None, count=1, domain="", **attributes):
        """Appends an operator; "" is an absent input. Returns its output's name, or the list of them."""
        outputs = [out or f"{kind}_{self._count + k}" for k in range(count)]
        self._count += count
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        if kind != "Cast" and not self._halves.isdisjoint(inputs):
            self._halves.update(outputs)
        return outputs[0] if count == 1 else outputs

    def microsoft(self, kind, *inputs, **rest):
        """The same for an operator of ONNX Runtime's own set."""
        return self.op(kind, *inputs, domain=MICROSOFT, **rest)

    def own(self, kind, *inputs, **attributes):
        """The same for one of our own operators; the model then carries its expansion."""
        return self.op(kind, *inputs, domain=attention.DOMAIN, **attributes)

    def split(self, x, axis, count):
        """x cut into `count` equal parts, which opset 18 and later want said."""
        return self.op("Split", x, axis=axis, count=count, **({"num_outputs": count} if self.opset >= 18 else {}))

    def largest(self, x, axis):
        """ReduceMax over one axis, which stays with size 1. Opset 18 turned the attribute into an input."""
        if self.opset >= 18:
            return self.op("ReduceMax", x, self.constant([axis], np.int64), keepdims=1)
        return self.op("ReduceMax", x, axes=[axis], keepdims=1)

    def half(self, x):
        """x in float16; what comes of a float16 input is float16. ONNX Runtime folds the cast of a weight when it loads."""
        if x in self._halves:
            return x
        cast = self.op("Cast", x, to=TensorProto.FLOAT16)
        self._halves.add(cast)
        return cast

    def single(self, x):
        """x in float32."""
        return self.op("Cast", x, to=TensorProto.FLOAT) if x in self._halves else x

    def alike(self, x, other):
        """x in the type that `other` has."""
        return self.half(x) if other in self._halves else self.single(x)

    def dequantized(self, name):
        """int8 `name` times its scales, in float32; ONNX Runtime folds it when it loads."""
        value = self.op("Mul", self.op("Cast", self.part(name, ".weight"), to=TensorProto.FLOAT), self.part(name, ".scale"))
        smooth = self.smooth(name)
        return self.op("Mul", value, self.op("Unsqueeze", smooth, self.constant([1], np.int64))) if smooth else value

    def save(self, path, metadata):
        """Writes the model. metadata: text by text, found again as the model's custom metadata."""
        graph = helper.make_graph(self._nodes, "sluice", self.inputs, self.outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        functions = attention.functions(self.opset) if any(node.domain == attention.DOMAIN for node in self._nodes) else []
        opsets += [helper.make_opsetid(attention.DOMAIN, 1)] if functions else []
        model = helper.make_model(graph, functions=functions, opset_imports=opsets, ir_version=10 if self.opset > 20 else 8,
                                  producer_name="sluice")
        helper.set_model_props(model, metadata)
        paths.replace(path, model.SerializeToString(deterministic=True))
