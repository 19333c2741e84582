namespace Sluice.Worker.Onnx;

/// <summary>onnxruntime_c_api.h, enum GraphOptimizationLevel.</summary>
internal enum OptimizationLevel
{
    None = 0,
    Basic = 1,
    Extended = 2,
    Layout = 3,
    All = 99,
}
