namespace Sluice.Worker.Diagnostics;

/// <summary>Who holds the process's memory, in bytes, at one moment.</summary>
/// <param name="Resident">All that is in memory.</param>
/// <param name="Managed">The .NET heap: documents on their way, batches' buffers, everything of the worker's own.</param>
internal readonly record struct MemoryUse(long Resident, long Managed)
{
    /// <summary>What is not managed: ONNX Runtime's weights and activations, librdkafka's queues, code.</summary>
    public long Native => long.Max(0, Resident - Managed);

    /// <summary>Reads it; some microseconds.</summary>
    public static MemoryUse Read() => new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false));
}
