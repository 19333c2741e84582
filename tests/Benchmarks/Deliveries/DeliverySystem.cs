namespace Benchmarks.Deliveries;

/// <summary>Reads documents and writes a record for each, from its start until it is disposed of.</summary>
internal abstract class DeliverySystem : IAsyncDisposable
{
    /// <summary>Documents whose records are delivered; in transactions, committed. Any thread may ask.</summary>
    public abstract long Delivered { get; }

    /// <summary>Why it works no more; null while it does.</summary>
    public abstract Exception? Failure { get; }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A system that takes part.</summary>
/// <param name="Name">As it stands in tables.</param>
/// <param name="IsExactlyOnce">Its promise.</param>
/// <param name="IsWorker">Whether it is the worker, and not the bare loop beside it.</param>
/// <param name="Start">Starts one with a group of its own.</param>
internal sealed record DeliveryContestant(string Name, bool IsExactlyOnce, bool IsWorker, Func<DeliveryTopics, Task<DeliverySystem>> Start);
