using Sluice.Worker.Onnx;

namespace Sluice.Worker.Diagnostics;

/// <summary>Who holds the process's memory, in bytes, at one moment.</summary>
/// <param name="Resident">All that is in memory.</param>
/// <param name="Managed">The .NET heap: documents on their way, batches' buffers, everything of the worker's own.</param>
/// <param name="Arena">ONNX Runtime's arena: activations, and weights in the order in which they are multiplied.</param>
internal readonly record struct MemoryUse(long Resident, long Managed, long Arena)
{
    /// <summary>What is neither: weights as they lie in their file, attention's scratch, librdkafka's queues, code.</summary>
    public long Other => long.Max(0, Resident - Managed - Arena);

    /// <summary>Reads it; some microseconds. Without an arena, as on CUDA, that share is 0.</summary>
    public static MemoryUse Read() => new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), OrtEnvironment.Arena?.Read().Taken ?? 0);
}
