using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>The names of the headers that tell of a dead-letter record what the worker found and where it came from. Others' tools read
/// them: they never change.</summary>
internal static class DeadLetterHeaders
{
    /// <summary>A name of <see cref="RejectionReasons"/>. What stands before the last such header is the record's own.</summary>
    public const string Reason = "sluice.error.reason";

    /// <summary>What was found and what to do, in one line.</summary>
    public const string Message = "sluice.error.message";

    /// <summary>The topic that it was read from.</summary>
    public const string Topic = "sluice.source.topic";

    /// <summary>The partition, in decimal.</summary>
    public const string Partition = "sluice.source.partition";

    /// <summary>The offset, in decimal.</summary>
    public const string Offset = "sluice.source.offset";

    /// <summary>The record's own time, in milliseconds since 1970; absent where it has none.</summary>
    public const string Timestamp = "sluice.source.timestamp";

    /// <summary>Stands for a value left out, with its size in bytes.</summary>
    public const string OmittedValue = "sluice.error.omitted-value-bytes";

    /// <summary>Where the first of the headers stands that were added to a record when it became a dead-letter record; behind the last
    /// where none was.</summary>
    /// <remarks>They come together and last, however often the record was one before, and whatever else its writer named so.</remarks>
    public static int AddedFrom(IReadOnlyList<RecordHeader> headers)
    {
        for (int at = headers.Count - 1; at >= 0; at--)
            if (headers[at].Name == Reason) return at;
        return headers.Count;
    }
}
