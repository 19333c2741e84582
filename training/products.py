"""The linear layers of a graph, one class for each arithmetic. Rows come as [T, in]; `name` is a product of weights.py."""
import numpy as np
from onnx import TensorProto

from .graph import source_of


class Float:
    """float32 over the dequantized weights."""

    fused = False

    def __init__(self, graph):
        self.g = graph

    def rows(self, x):
        """The embedded rows as the layers take them and pass them on."""
        return x

    def prepared(self, name, x):
        """What `run` takes: made once for all products that read x."""
        return x

    def run(self, name, prepared, gelu=False):
        y = self.g.op("Gemm", prepared, self.g.dequantized(name), self.g.part(name, ".bias"))
        return self.g.microsoft("Gelu", y) if gelu else y


class Half(Float):
    """float16 over the dequantized weights. `whole`: the layers' sums and normalizations too, else these stay float32. `fused`: a bias is
    added by the operator that follows (BiasGelu; SkipLayerNormalization, where Packed has it), so that a GPU is launched less often."""

    def __init__(self, graph, whole=True, fused=False):
        super().__init__(graph)
        self.whole, self.fused = whole, fused

    def rows(self, x):
        return self.g.half(x) if self.whole else x

    def prepared(self, name, x):
        return self.g.half(x)

    def run(self, name, prepared, gelu=False):
        g, bias = self.g, self.bias(name)
        if gelu and self.fused:
            return g.microsoft("BiasGelu", self.bare(name, prepared), bias)
        y = g.op("Gemm", prepared, g.half(g.dequantized(name)), bias)
        return g.microsoft("Gelu", y) if gelu else y

    def bare(self, name, prepared):
        """`run` without the bias."""
        return self.g.op("MatMul", prepared, self.g.half(self.g.dequantized(name)))

    def bias(self, name):
        return self.g.half(self.g.part(name, ".bias"))


class Static(Float):
    """uint8 activations with one scale and zero point a product, found by calibration. scales: name -> (scale, zero)."""

    def __init__(self, graph, scales):
        super().__init__(graph)
        self.scales = scales

    def _of(self, name):
        scale, zero = self.scales[name]
        return self.g.constant(scale, np.float32), self.g.constant(zero, np.uint8)

    def prepared(self, name, x):
        smooth = self.g.smooth(name)
        x = self.g.op("Mul", x, smooth) if smooth else x
        return self.g.op("QuantizeLinear", x, *self._of(name))

    def run(self, name, prepared, gelu=False):
        scale, zero = self._of(source_of(name))
        y = self.g.microsoft("MatMulIntegerToFloat", prepared, self.g.part(name, ".weight"), scale, self.g.part(name, ".scale"),
                             zero, "", self.g.part(name, ".bias"))
        return self.g.microsoft("Gelu", y) if gelu else y


class Row(Float):
    """uint8 activations with one scale a row, the largest magnitude at 127 from the zero point 128."""

    def prepared(self, name, x):
        g = self.g
        smooth = g.smooth(name)
        x = g.op("Mul", x, smooth) if smooth else x
        largest = g.largest(g.op("Abs", x), axis=1)
        scale = g.op("Mul", g.op("Max", largest, g.constant(1e-12, np.float32)), g.constant(1 / 127, np.float32))
        # Cast cuts toward zero: adding 128.5 first rounds to nearest around the zero point 128.
        q = g.op("Cast", g.op("Add", g.op("Div", x, scale), g.constant(128.5, np.float32)), to=TensorProto.UINT8)
        return q, scale

    def run(self, name, prepared, gelu=False):
        g, (q, scale) = self.g, prepared
        y = g.microsoft("MatMulIntegerToFloat", q, g.part(name, ".weight"), g.constant(1, np.float32), g.part(name, ".scale"),
                        g.constant(128, np.uint8))
        y = g.op("Mul", y, scale)
        bias = g.part(name, ".bias")
        return g.microsoft("BiasGelu", y, bias) if gelu else g.op("Add", y, bias)


class Mixed(Float):
    """A row's scale for the products named in `rows`, such as `3.down`; static for the others."""

    def __init__(self, graph, scales, rows):
        super().__init__(graph)
        self._static, self._row, self._rows = Static(graph, scales), Row(graph), rows

    def _chosen(self, name):
        return self._row if source_of(name) in self._rows else self._static

    def prepared(self, name, x):
        return self._chosen(name).prepared(name, x)

    def run(self, name, prepared, gelu=False):
        return self._chosen(name).run(name, prepared, gelu)
