using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>What goes into one transaction. Not to be changed.</summary>
/// <param name="Records">In this order.</param>
/// <param name="Offsets">What the group has committed with it.</param>
internal sealed record TransactionContent(IReadOnlyList<OutboundRecord> Records, IReadOnlyList<PartitionWatermark> Offsets);

/// <summary>What became of a transaction.</summary>
internal enum TransactionState
{
    /// <summary>It goes on when it is run again.</summary>
    Running,

    /// <summary>Records and offsets are there.</summary>
    Committed,

    /// <summary>Neither is; another may be begun.</summary>
    Aborted,

    /// <summary>It has ended, and the group's offsets tell how.</summary>
    Unknown,
}

/// <summary>What became of a transaction, and why.</summary>
/// <param name="State">What.</param>
/// <param name="Why">Why it was not committed; null where it was, or runs.</param>
internal readonly record struct TransactionOutcome(TransactionState State, SendFailure? Why = null);
