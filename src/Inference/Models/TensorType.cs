namespace Sluice.Inference.Models;

/// <summary>
/// onnxruntime_c_api.h, enum ONNXTensorElementDataType; the same numbers as TensorProto.DataType in onnx.proto. The element types that a
/// graph of ours can have at its edge.
/// </summary>
internal enum TensorType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
}
