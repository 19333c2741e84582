namespace Sluice.Worker.Documents;

/// <summary>Finds the wanted fields in a record's value. Thread-safe.</summary>
internal interface IDocumentFormat
{
    /// <summary>
    /// Gets what reading this value needs, as the schema that its header names. Done at once in the usual case; waits as long as it takes
    /// while that cannot be had for now.
    /// </summary>
    /// <returns>Why it never can be had, or null.</returns>
    ValueTask<Rejection?> PrepareAsync(ReadOnlyMemory<byte> value, CancellationToken stop);

    /// <summary>Finds the fields, and checks that text is valid UTF-8. Call after <see cref="PrepareAsync"/> for the same value.</summary>
    /// <returns>Why the value cannot be read, or null when <paramref name="fields"/> holds its fields.</returns>
    Rejection? Read(ReadOnlySpan<byte> value, DocumentFields fields);
}
