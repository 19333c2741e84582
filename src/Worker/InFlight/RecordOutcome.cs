namespace Sluice.Worker.InFlight;

/// <summary>What became of a record.</summary>
internal enum RecordOutcome
{
    /// <summary>Its label was delivered.</summary>
    Labelled,

    /// <summary>It was delivered as a dead-letter record.</summary>
    Rejected,

    /// <summary>It has no value, and was passed on.</summary>
    Tombstone,

    /// <summary>Nothing: its partition was taken away, or the worker stops. Its offset is not done: whoever reads it next labels it.
    /// </summary>
    Dropped,

    /// <summary>Nothing, for it is neither a document nor a fault.</summary>
    PassedOver,
}
