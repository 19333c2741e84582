"""Students and heads as arrays of the weights file, beside the teacher's: the tables that all share are the teacher's own.

Names: `student2/0.qkv.weight` and so on as in weights.py, `student2/pool1.query` [1, H], `student2/pool1.weight` [H, H] (in, out),
`swift/...`; `head2.weight` [H, C] and `head2.bias` [C] with the mean of the teacher's vectors folded in.
"""
from .. import encoder, weights


def of_student(prefix, own, grid, shape):
    """Arrays by name of one student. own: parameters on the grid; grid: scales by product."""
    arrays = {}
    for i in range(shape.layers):
        for norm in (f"{i}.norm1", f"{i}.norm2"):
            for part in (".gain", ".shift"):
                arrays[norm + part] = own[norm + part].numpy()
    last = shape.layers - 1 if shape.cls_only else None
    for product in encoder.names_of_products(shape.layers):
        arrays |= weights.product_arrays(own, product, grid[product], split=product == f"{last}.qkv")
    for name in own:
        if name.startswith(("pool", "vector")):
            value = own[name].numpy()
            arrays[name] = value.T if name.endswith("weight") else value[None] if name.endswith("query") else value
    return {prefix + name: array for name, array in arrays.items()}


def of_head(prefix, weight, bias, zbar):
    """A head that reads sums of students' vectors: C (zbar + v) + c = C v + (C zbar + c)."""
    return {prefix + "weight": weight.numpy().T, prefix + "bias": (bias + weight @ zbar).numpy()}
