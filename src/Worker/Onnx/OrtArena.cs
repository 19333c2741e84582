namespace Sluice.Worker.Onnx;

/// <summary>The memory arena that the sessions of the process share. Thread-safe; lives until the process ends.</summary>
internal sealed unsafe class OrtArena(OrtApi api, AllocatorHandle allocator)
{
    private const long Piece = 256; // BFCArena rounds to it (onnxruntime/core/framework/bfc_arena.h, kMinAllocationSize)
    private int _prepared;

    /// <summary>What it holds now; some microseconds.</summary>
    public ArenaUse Read() => api.ArenaUse(allocator);

    /// <summary>Takes a piece of <paramref name="bytes"/> from the system now, all of its pages, for what will run later; nothing where the arena has a free piece as large, and nothing the second time.</summary>
    /// <param name="bytes">Above 0.</param>
    /// <remarks>The arena takes more than is asked, by powers of two; that is made resident too, so that it does not come bit by bit later. Call it while nothing runs: then that rest is the one free piece of its size.
    /// Once in a process: what is taken counts in <see cref="ArenaUse.MaxInUse"/>, so a second start beside the first would take a multiple of it, a third one a multiple of that.</remarks>
    /// <exception cref="OrtException">The arena may not grow so far, or the system has not as much.</exception>
    public void Prepare(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (Interlocked.Exchange(ref _prepared, 1) != 0) return;
        bytes = (bytes + Piece - 1) / Piece * Piece;
        long before = Read().Taken;
        void* piece = Touched(bytes);
        try
        {
            long rest = Read().Taken - before - bytes;
            if (rest >= OrtEnvironment.CutFrom) api.Free(allocator, Touched(rest)); // a smaller rest was given out with the piece, and to ask for it would take more
        }
        finally
        {
            api.Free(allocator, piece);
        }
    }

    private void* Touched(long bytes)
    {
        byte* memory = (byte*)api.Allocate(allocator, (nuint)bytes);
        for (long page = 0; page < bytes; page += Environment.SystemPageSize) memory[page] = 0;
        return memory;
    }
}
