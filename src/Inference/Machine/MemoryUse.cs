using Sluice.Inference.Onnx;

namespace Sluice.Inference.Machine;

/// <summary>Who holds the process's memory, in bytes, at one moment.</summary>
/// <param name="Resident">All that is in memory.</param>
/// <param name="Managed">The .NET heap: documents in flight, batches' buffers, everything of the worker's own.</param>
/// <param name="Arena">ONNX Runtime's arena: activations, and weights in the order in which they are multiplied.</param>
/// <param name="NativeHeap">What malloc has taken besides, touched or not: attention's scratch, librdkafka's queues, graphs, and what the
/// compiler of hot methods once needed.</param>
internal readonly record struct MemoryUse(long Resident, long Managed, long Arena, long NativeHeap)
{
    /// <summary>
    /// What is none of these: weights as they lie in their file, code, stacks. Somewhat too little where malloc holds what was never
    /// touched.
    /// </summary>
    public long Other => long.Max(0, Resident - Managed - Arena - NativeHeap);

    /// <summary>Reads it; malloc walks its free pieces for that, 100,000 of them in 27 ms, and others wait for it meanwhile: nothing for
    /// each batch. Without an arena, as on CUDA, that share is 0, and where attention's library is missing it counts with the native heap;
    /// without glibc so is the native heap's.</summary>
    public static MemoryUse Read()
    {
        long arena = OnnxEnvironment.ArenaBytes;
        return new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), arena, long.Max(0, Malloc.Taken() - arena));
    }
}
