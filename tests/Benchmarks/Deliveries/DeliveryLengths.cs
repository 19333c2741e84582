namespace Benchmarks.Deliveries;

/// <summary>A part of the benchmark.</summary>
internal enum DeliveryPart
{
    /// <summary>How fast a backlog is delivered.</summary>
    Throughput,

    /// <summary>How old labels are at half of the loop's throughput.</summary>
    Latency,

    /// <summary>What the interval of transactions does to both.</summary>
    Intervals,
}

/// <summary>How long is measured.</summary>
/// <param name="Rounds">In each of which each system is measured once.</param>
/// <param name="Backlog">Documents of a measurement of throughput.</param>
/// <param name="WarmUp">Documents of the round that comes first, and is thrown away.</param>
/// <param name="Load">Time of a measurement of latency.</param>
/// <param name="IsTrial">Its figures do not count.</param>
internal sealed record DeliveryLengths(int Rounds, int Backlog, int WarmUp, TimeSpan Load, bool IsTrial)
{
    public static readonly DeliveryLengths Whole = new(3, 400_000, 100_000, TimeSpan.FromSeconds(12), IsTrial: false),
        Quick = new(1, 100_000, 30_000, TimeSpan.FromSeconds(4), IsTrial: true);
}
