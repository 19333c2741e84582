namespace Sluice.Inference.Batching;

/// <summary>
/// The waiting documents that a batch is chosen from, in order of length, as <see cref="LengthBuffer{T}.View"/> saw them.
/// </summary>
/// <remarks>Allocated once. Holds until a document is taken from the buffer; one thread at a time.</remarks>
internal sealed class WaitingWindow
{
    private readonly int[] _lengths;
    private readonly TimeSpan[] _came;
    private readonly int[] _slots;

    /// <param name="capacity">Documents that are looked at, at least 1. In simulations 128 and 2,048 had the same throughput, within
    /// 0.1%.</param>
    public WaitingWindow(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_lengths, _came, _slots) = (new int[capacity], new TimeSpan[capacity], new int[capacity]);
        Workspace = new PlanWorkspace(capacity);
    }

    public int Capacity => _lengths.Length;

    /// <summary>Documents in the window.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the document that has waited longest of all in the buffer, or -1 in an empty window.</summary>
    public int Oldest { get; private set; } = -1;

    /// <summary>[Count] tokens, ascending.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>[Count] when each came, by the buffer's clock.</summary>
    public ReadOnlySpan<TimeSpan> Came => _came.AsSpan(0, Count);

    /// <summary>[Count] where each is in the buffer: what <see cref="LengthBuffer{T}.Take"/> wants.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, Count);

    /// <summary>What the planner works in.</summary>
    internal PlanWorkspace Workspace { get; }

    /// <summary>Empties the window.</summary>
    internal void Clear() => (Count, Oldest) = (0, -1);

    /// <summary>Appends a document no shorter than the last. There must be room.</summary>
    internal void Append(int length, TimeSpan came, int slot, bool isOldest)
    {
        (_lengths[Count], _came[Count], _slots[Count]) = (length, came, slot);
        if (isOldest) Oldest = Count;
        Count++;
    }
}
