namespace Sluice.Inference.Batching;

/// <summary>The memory that planning works in. One for each thread that plans; nothing is allocated after it.</summary>
/// <param name="capacity">Documents that are planned over at once, at least 1.</param>
internal sealed class PlanWorkspace(int capacity)
{
    /// <summary>[n+1] least cost of the first i documents.</summary>
    internal double[] Least { get; } = new double[capacity + 1];

    /// <summary>[n+1] where the last batch of that least cost begins.</summary>
    internal int[] Cut { get; } = new int[capacity + 1];

    /// <summary>[n+1] the first document that the budget lets into a batch whose last is document i - 1; not read at 0.</summary>
    internal int[] Lowest { get; } = new int[capacity + 1];

    /// <summary>[n] beginnings of a last batch that are still the best for some end, in order; see <see cref="PlanQueue"/>.</summary>
    internal (int Start, int From)[] Starts { get; } = new (int, int)[capacity];

    /// <summary>[n+1] the shape of the first i documents; of none at 0, for good.</summary>
    internal BatchShape[] Before { get; } = new BatchShape[capacity + 1];

    /// <summary>[n] batches of the plan.</summary>
    internal PlannedBatch[] Batches { get; } = new PlannedBatch[capacity];

    /// <summary>[n] batches of a second plan, compared with the first.</summary>
    internal PlannedBatch[] Spread { get; } = new PlannedBatch[capacity];

    /// <summary>Documents that are planned over at once.</summary>
    public int Capacity { get; } = capacity;
}
