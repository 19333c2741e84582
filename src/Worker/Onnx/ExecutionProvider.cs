namespace Sluice.Worker.Onnx;

/// <summary>Where a session runs.</summary>
internal enum ExecutionProvider
{
    Cpu,
    Cuda,
}
