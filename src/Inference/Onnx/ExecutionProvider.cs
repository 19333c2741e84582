namespace Sluice.Inference.Onnx;

/// <summary>Where a session runs.</summary>
internal enum ExecutionProvider
{
    Cpu,
    Cuda,
}
