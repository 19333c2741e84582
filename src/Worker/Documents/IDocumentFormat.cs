using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>Finds the wanted fields in a record's value. Thread-safe.</summary>
internal interface IDocumentFormat
{
    /// <summary>
    /// Gets what reading this value needs, as the schema that its headers or its first bytes name. Done at once in the usual case; waits as
    /// long as it takes while that cannot be had for now.
    /// </summary>
    /// <param name="headers">The record's.</param>
    /// <param name="value">The record's value, as it came.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Why it never can be had, or null.</returns>
    ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop);

    /// <summary>
    /// Says what the value is; where it is a document, finds its fields, and checks that text is valid UTF-8. Call after
    /// <see cref="PrepareAsync"/> for the same record.
    /// </summary>
    /// <param name="headers">The record's.</param>
    /// <param name="value">The record's value, as it came.</param>
    /// <param name="fields">Cleared; holds the fields of a <see cref="RecordContent.Document"/>, of anything else nothing.</param>
    RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields);
}
